import { useTranslation } from "react-i18next";
import type messages from "../../locales/en/settings.json";
import { useFormat } from "../../ui/format";
import { Shape } from "../../ui/StatusMark";
import { useSaid } from "../../ui/said";
import type { Trial } from "./server";

export type FindingState = "ok" | "wrong" | "unset";

const LOOKS = {
  ok: { ink: "text-moss", shape: "completed" },
  wrong: { ink: "text-rust", shape: "failed" },
  unset: { ink: "text-soft", shape: "pending" },
} as const;

/** What a test found of one part: a shape, a word and a colour, then the words; `said`: word for word, folded. */
export function Finding({
  state,
  part,
  message = "",
  said = "",
}: {
  state: FindingState;
  part: string;
  message?: string;
  said?: string;
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
        {message ? <p className="text-soft">{message}</p> : null}
        {said ? (
          <details className="mt-1 text-soft text-xs">
            <summary className="min-h-6 w-fit rounded">{t("found.said")}</summary>
            <p className="mt-1 font-mono">{said}</p>
          </details>
        ) : null}
      </div>
    </div>
  );
}

type TrialCode = keyof typeof messages.trial;

/** What a test found, in the interface's language where the code is known, else in the server's words. */
export function TrialFound({ trial }: { trial: Trial }) {
  const { t, i18n } = useTranslation("settings");
  const format = useFormat();
  const said = useSaid();
  const isKnown = (code: string): code is TrialCode => i18n.exists(`trial.${code}`, { ns: "settings" });
  if (trial.ok) {
    const seconds = format.short(trial.seconds);
    const told = trial.said.map((one) => said.sentence(one, trial.message));
    return <Finding state="ok" part={t("trial.ok", { seconds })} message={[...new Set(told)].join("; ")} />;
  }
  return (
    <Finding
      state="wrong"
      part={isKnown(trial.code) ? t(`trial.${trial.code}`) : trial.message}
      said={trial.detail}
    />
  );
}
