import { useTranslation } from "react-i18next";
import type { TaskStatus } from "../../api/types";
import { useFormat } from "../../ui/format";

const STATUSES: TaskStatus[] = [
  "human_review_pending",
  "processing",
  "pending",
  "paused",
  "completed",
  "partial_failure",
  "failed",
  "cancelled",
];

/** Which tasks to show, with how many there are of each kind. */
export function Filters({
  counts,
  status,
  words,
  onStatus,
  onWords,
}: {
  counts: Record<string, number> | undefined;
  status: TaskStatus | null;
  words: string;
  onStatus: (status: TaskStatus | null) => void;
  onWords: (words: string) => void;
}) {
  const { t } = useTranslation("task");
  const { t: common } = useTranslation();
  const all = counts ? Object.values(counts).reduce((sum, one) => sum + one, 0) : undefined;
  return (
    <div className="mb-5 flex flex-wrap items-center gap-x-6 gap-y-3">
      <fieldset className="flex flex-wrap gap-1">
        <legend className="sr-only">{t("list.status")}</legend>
        <Filter label={t("list.all")} count={all} on={status === null} onClick={() => onStatus(null)} />
        {STATUSES.filter((one) => (counts?.[one] ?? 0) > 0 || one === status).map((one) => (
          <Filter
            key={one}
            label={common(`status.${one}`)}
            count={counts?.[one]}
            on={status === one}
            onClick={() => onStatus(one)}
          />
        ))}
      </fieldset>
      <input
        type="search"
        aria-label={t("list.search")}
        placeholder={t("list.search")}
        value={words}
        onChange={(event) => onWords(event.target.value)}
        className="min-h-10 w-full rounded-lg border border-edge bg-sheet px-3 placeholder:text-soft sm:ms-auto sm:w-64"
      />
    </div>
  );
}

function Filter({
  label,
  count,
  on,
  onClick,
}: {
  label: string;
  count: number | undefined;
  on: boolean;
  onClick: () => void;
}) {
  const format = useFormat();
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className="min-h-10 rounded-lg px-3 text-soft hover:bg-moss-wash aria-pressed:bg-moss-wash aria-pressed:font-semibold aria-pressed:text-moss"
    >
      {label}
      {count === undefined ? null : <span className="ms-1.5 tabular-nums">{format.number(count)}</span>}
    </button>
  );
}
