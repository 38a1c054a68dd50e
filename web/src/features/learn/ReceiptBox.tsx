import { useTranslation } from "react-i18next";
import en from "../../locales/en/learn.json";
import { useFormat } from "../../ui/format";
import { useSaid } from "../../ui/said";
import type { Receipt } from "./queries";

type Check = Receipt["checks"][number];
type Known = Exclude<keyof typeof en.receipt, "summary" | "none" | "at" | "passed" | "notPassed" | "other">;

function isKnown(name: string): name is Known {
  return /^T\d+(_score)?$/.test(name) && name in en.receipt;
}

/** Which checks a version passed; opens to the lines. */
export function ReceiptBox({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation("learn");
  const format = useFormat();
  const { checks } = receipt;
  if (checks.length === 0) return <p className="text-soft">{t("receipt.none")}</p>;
  const passed = checks.filter((check) => check.passed).length;
  return (
    <details className="receipt">
      <summary className="min-h-8 py-1 font-medium">
        {t("receipt.summary", { passed, total: checks.length })}
      </summary>
      <ul className="space-y-2 pt-1 pb-2">
        {checks.map((check) => (
          <Line key={`${check.check} ${check.level}`} check={check} />
        ))}
      </ul>
      <p className="text-soft text-xs">{t("receipt.at", { date: format.day(receipt.checked_at) })}</p>
    </details>
  );
}

function Line({ check }: { check: Check }) {
  const { t } = useTranslation("learn");
  const said = useSaid();
  const scored = `${check.check}_${check.level}`;
  const name = isKnown(scored) ? scored : check.check;
  const parts = (check.said ?? []).map((one) => said.finding({ ...one, message: check.message ?? "" }));
  const message = parts.length > 0 ? parts.join("; ") : check.message;
  return (
    <li className="flex gap-2 text-xs">
      <svg
        viewBox="0 0 16 16"
        className={`mt-0.5 size-3.5 shrink-0 ${check.passed ? "text-moss" : "text-ochre"}`}
      >
        <title>{check.passed ? t("receipt.passed") : t("receipt.notPassed")}</title>
        {check.passed ? (
          <path d="m2.5 8.5 3.5 3.5 7.5-8" fill="none" stroke="currentColor" strokeWidth="2" />
        ) : (
          <path d="M8 2.5v7M8 11.5v2" fill="none" stroke="currentColor" strokeWidth="2.2" />
        )}
      </svg>
      <span>
        {isKnown(name) ? t(`receipt.${name}`) : t("receipt.other", { check: check.check })}
        {check.message && <span className="block text-soft">{message}</span>}
      </span>
    </li>
  );
}
