import { useTranslation } from "react-i18next";
import { isFaultCode, isServersLanguage } from "../../api/problems";
import type { LogLine } from "../../api/types";
import { useFormat } from "../../ui/format";
import { useSaid } from "../../ui/said";
import { saidIn } from "./produced";

/** Log lines: when, what, how long. */
export function LogLines({ lines }: { lines: LogLine[] }) {
  const { t } = useTranslation("task");
  const format = useFormat();
  const words = useLineWords();
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
            {words(line)}
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

/** A line in the interface's language: a sentence by its code, why something failed by its; else as it was written. */
function useLineWords(): (line: LogLine) => string {
  const { t } = useTranslation("common");
  const said = useSaid();
  return (line) => {
    const sentence = saidIn(line.details);
    if (sentence) return said.sentence(sentence, line.message);
    const { code } = line.details;
    if (typeof code !== "string" || !isFaultCode(code) || isServersLanguage()) return line.message;
    return t(`fault.${code}`);
  };
}

const INK: Record<string, string> = { error: "text-rust", warning: "text-ochre" };
