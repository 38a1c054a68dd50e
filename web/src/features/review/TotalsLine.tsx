import { useTranslation } from "react-i18next";
import { useNow } from "../../ui/clock";
import { useFormat } from "../../ui/format";
import type { Totals } from "./rules";

const WEEK_MS = 7 * 24 * 3600 * 1000;

/** "24 concepts · 46 h · 8 weeks of 6 h · fits until 20 Jan". */
export function TotalsLine({ totals }: { totals: Totals }) {
  const { t } = useTranslation("review");
  const { t: common } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const inHours = (value: number) => common("hoursShort", { value: format.short(value) });
  const weeks = common("weeks", { count: totals.weeks });
  return (
    <p aria-live="polite" className="font-medium tabular-nums">
      {t("totals", {
        concepts: common("concepts", { count: totals.concepts }),
        hours: inHours(totals.hours),
        weeks,
        pace: inHours(totals.pace),
        until: format.day(new Date(now + totals.weeks * WEEK_MS)),
      })}
    </p>
  );
}
