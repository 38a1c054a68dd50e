import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskEvent } from "../../events/event";
import { Button } from "../../ui/Button";
import { useFormat } from "../../ui/format";
import { useWords } from "../../ui/words";
import { FullLog } from "./FullLog";
import { toneOf, useTold } from "./told";

const FILTERS = ["steps", "content", "problems", "all"] as const;
type Filter = (typeof FILTERS)[number];

function passes(event: TaskEvent, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "steps":
      return !event.content_type;
    case "content":
      return event.concept_id !== undefined;
    case "problems":
      return ["concept_failed", "concept_requeued", "failed", "partial_failure"].includes(event.type);
    default:
      return filter satisfies never;
  }
}

const SHOWN = 16;

/** What happened, newest first: one line each, filtered, opened for more; or the server's full log. */
export function Happened({ taskId, events }: { taskId: string; events: readonly TaskEvent[] }) {
  const { t } = useTranslation("task");
  const [full, setFull] = useState(false);
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="text-base">
          {t("happened.title")}
        </h2>
        <div className="flex gap-1">
          <Toggle label={t("happened.events")} on={!full} onClick={() => setFull(false)} />
          <Toggle label={t("happened.log")} on={full} onClick={() => setFull(true)} />
        </div>
      </div>
      {full ? <FullLog taskId={taskId} /> : <Timeline events={events} />}
    </section>
  );
}

function Toggle({ label, on, onClick }: { label: string; on: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className="min-h-8 rounded-md px-2.5 text-soft text-xs hover:bg-moss-wash aria-pressed:bg-moss-wash aria-pressed:font-semibold aria-pressed:text-moss"
    >
      {label}
    </button>
  );
}

function Timeline({ events }: { events: readonly TaskEvent[] }) {
  const { t } = useTranslation("task");
  const [filter, setFilter] = useState<Filter>("steps");
  const [shown, setShown] = useState(SHOWN);
  const passing = events.filter((event) => passes(event, filter));
  return (
    <>
      <fieldset className="mb-3 flex flex-wrap gap-1">
        <legend className="sr-only">{t("happened.filter")}</legend>
        {FILTERS.map((one) => (
          <Toggle key={one} label={t(`happened.${one}`)} on={filter === one} onClick={() => setFilter(one)} />
        ))}
      </fieldset>
      {passing.length === 0 ? <p className="text-soft">{t("happened.none")}</p> : null}
      <ol className="space-y-0.5">
        {passing
          .slice(-shown)
          .toReversed()
          .map((event) => (
            <Line key={event.seq} event={event} />
          ))}
      </ol>
      {passing.length > shown ? (
        <Button small className="mt-3" onClick={() => setShown(shown + 100)}>
          {t("happened.older")}
        </Button>
      ) : null}
    </>
  );
}

function Line({ event }: { event: TaskEvent }) {
  const format = useFormat();
  const words = useWords();
  const told = useTold();
  const more = event.error ? words.fault(event.error) : "";
  const line = (
    <>
      <time dateTime={event.timestamp} className="shrink-0 text-soft text-xs tabular-nums">
        {format.clock(event.timestamp)}
      </time>
      <span className={`[overflow-wrap:anywhere] ${toneOf(event)}`}>{told(event)}</span>
    </>
  );
  return (
    <li>
      {more ? (
        <details>
          <summary className="flex list-none items-baseline gap-3 rounded py-1 [&::-webkit-details-marker]:hidden">
            {line}
          </summary>
          <p className="mb-2 ms-4 border-rust/40 border-s-2 ps-3 text-soft">{more}</p>
        </details>
      ) : (
        <div className="flex items-baseline gap-3 py-1">{line}</div>
      )}
    </li>
  );
}
