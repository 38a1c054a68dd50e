import { useTranslation } from "react-i18next";
import type { LogLine } from "../../api/types";
import { useFormat } from "../../ui/format";

/** Log lines as the server wrote them: when, what, how long. */
export function LogLines({ lines }: { lines: LogLine[] }) {
  const { t } = useTranslation("task");
  const format = useFormat();
  return (
    <ul className="space-y-1.5">
      {lines.map((line) => (
        <li
          key={`${line.created_at} ${line.step} ${line.message}`}
          className="grid grid-cols-[auto_1fr] gap-x-3 text-xs"
        >
          <time dateTime={line.created_at} className="text-soft tabular-nums">
            {format.clock(line.created_at)}
          </time>
          <span className={`[overflow-wrap:anywhere] ${INK[line.level] ?? ""}`}>
            {line.level === "error" || line.level === "warning" ? `${t(`happened.${line.level}`)}: ` : ""}
            {line.message}
            {line.duration_ms ? (
              <span className="ms-2 text-soft">
                {t("made.took", { seconds: format.short(line.duration_ms / 1000) })}
              </span>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

const INK: Record<string, string> = { error: "text-rust", warning: "text-ochre" };
