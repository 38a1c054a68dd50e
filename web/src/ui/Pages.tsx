import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { useFormat } from "./format";

/** Back and forth in a long list; nothing when one page holds it all. `of`: which list, where a page has several. */
export function Pages({
  of,
  offset,
  limit,
  total,
  onMove,
}: {
  of?: string;
  offset: number;
  limit: number;
  total: number;
  onMove: (offset: number) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  if (total <= limit && offset === 0) return null;
  const range = {
    from: format.number(Math.min(offset + 1, total)),
    to: format.number(Math.min(offset + limit, total)),
    total: format.number(total),
  };
  return (
    <nav
      aria-label={of ? `${t("pages.label")}: ${of}` : t("pages.label")}
      className="mt-6 flex flex-wrap items-center justify-between gap-3"
    >
      <p className="text-soft" aria-live="polite">
        {t("pages.range", range)}
      </p>
      <div className="flex gap-2">
        <Button small idle={offset === 0} onClick={() => onMove(Math.max(0, offset - limit))}>
          {t("pages.previous")}
        </Button>
        <Button small idle={offset + limit >= total} onClick={() => onMove(offset + limit)}>
          {t("pages.next")}
        </Button>
      </div>
    </nav>
  );
}
