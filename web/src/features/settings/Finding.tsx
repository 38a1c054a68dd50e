import { useTranslation } from "react-i18next";
import { Shape } from "../../ui/StatusMark";

export type FindingState = "ok" | "wrong" | "unset";

const LOOKS = {
  ok: { ink: "text-moss", shape: "completed" },
  wrong: { ink: "text-rust", shape: "failed" },
  unset: { ink: "text-soft", shape: "pending" },
} as const;

/** What a test found of one part: a shape, a word and a colour, then the words, then what to do. */
export function Finding({
  state,
  part,
  message,
  advice,
}: {
  state: FindingState;
  part: string;
  message: string;
  advice?: string;
}) {
  const { t } = useTranslation("settings");
  const { ink, shape } = LOOKS[state];
  return (
    <div className="flex items-start gap-2.5">
      <svg
        viewBox="0 0 16 16"
        className={`mt-0.5 size-4 shrink-0 ${ink}`}
        fill="currentColor"
        aria-hidden="true"
      >
        <Shape status={shape} />
      </svg>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p>
          <span className={`font-medium ${ink}`}>{t(`found.${state}`)}</span>{" "}
          <span className="font-medium">{part}</span>
        </p>
        <p className="text-soft">{message}</p>
        {advice ? <p>{advice}</p> : null}
      </div>
    </div>
  );
}
