import { useTranslation } from "react-i18next";
import type { Quote as QuoteRow } from "../../api/types";
import { useFormat } from "../../ui/format";

/** What it will take, in one sentence; nothing is started by it. */
export function Quote({
  quote,
  pending,
  approve,
}: {
  quote: QuoteRow | undefined;
  pending: boolean;
  approve: boolean;
}) {
  const { t } = useTranslation("make");
  const { t: common } = useTranslation();
  const format = useFormat();
  if (!quote && !pending) return approve ? null : <p className="mb-5 text-soft">{t("afterwards")}</p>;
  const minutes = common("minutes", { count: Math.max(1, Math.round(quote?.minutes ?? 0)) });
  const figures = {
    calls: format.number(quote?.calls ?? 0),
    minutes,
    money: format.money(quote?.cost_usd ?? 0),
  };
  return (
    <div className="mb-5" aria-live="polite" aria-busy={pending}>
      <h2 className="mb-1 text-base">{t("quoteTitle")}</h2>
      {quote ? (
        <>
          <p className={pending ? "opacity-60" : ""}>
            {quote.cost_usd > 0 ? t("quoteLine", figures) : t("quoteFree", figures)}
          </p>
          <p className="mt-1 text-soft text-xs">{quote.measured ? t("quoteMeasured") : t("quoteGuessed")}</p>
        </>
      ) : (
        <p className="text-soft">{t("quoteWait")}</p>
      )}
      {approve ? null : <p className="mt-3 text-soft">{t("afterwards")}</p>}
    </div>
  );
}
