import { useTranslation } from "react-i18next";
import type { RoadmapSummary } from "../../api/types";
import { Button } from "../../ui/Button";
import { Cover } from "../../ui/Cover";
import { useNow } from "../../ui/clock";
import { useFormat } from "../../ui/format";

export function TrashRow({
  roadmap,
  busy,
  onRestore,
  onForGood,
}: {
  roadmap: RoadmapSummary;
  busy: boolean;
  onRestore: () => void;
  onForGood: () => void;
}) {
  const { t } = useTranslation("trash");
  const format = useFormat();
  const now = useNow();
  const { title, learned, deleted_at: deleted } = roadmap;
  const drawn = { ...roadmap.cover, status: "not_started" } as const; // its picture is not served from the trash
  const done = { done: format.number(learned.completed), total: format.number(learned.total) };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 border-line p-4 not-first:border-t">
      <div className="flex min-w-0 flex-1 basis-64 items-start gap-4">
        <Cover cover={drawn} className="h-12 w-20 shrink-0 rounded-md opacity-70" />
        <div className="min-w-0">
          <h2 className="break-words text-base">{title}</h2>
          <p className="flex flex-wrap gap-x-3 text-soft">
            {deleted ? (
              <time dateTime={deleted}>{t("deleted", { ago: format.ago(deleted, now) })}</time>
            ) : null}
            <span>{learned.total > 0 ? t("learned", done) : t("nothingWritten")}</span>
          </p>
        </div>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button small busy={busy} aria-label={t("restoreOne", { title })} onClick={onRestore}>
          {t("restore")}
        </Button>
        <Button small look="danger" aria-label={t("forGoodOne", { title })} onClick={onForGood}>
          {t("forGood")}
        </Button>
      </div>
    </li>
  );
}
