import { useTranslation } from "react-i18next";

/** The shape of what will come: bars as wide as the text will be. */
export function Bars({ lines = 4, className = "" }: { lines?: number; className?: string }) {
  const { t } = useTranslation();
  const widths = ["w-2/3", "w-full", "w-5/6", "w-1/2"];
  return (
    <div role="status" className={`space-y-3 ${className}`}>
      <span className="sr-only">{t("loading")}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity
        <div key={line} className={`h-5 rounded bg-line ${widths[line % widths.length]}`} />
      ))}
    </div>
  );
}

/** Done of total as a line; the number stands beside it as text. */
export function ProgressLine({
  value,
  label,
  className = "",
}: {
  value: number;
  label: string;
  className?: string;
}) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value}
      className={`h-1.5 overflow-hidden rounded-full bg-line ${className}`}
    >
      <div
        className="h-full origin-left rounded-full bg-moss transition-[width] duration-200"
        style={{ width: `${value}%` }}
      />
    </div>
  );
}
