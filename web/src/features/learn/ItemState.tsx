import { useTranslation } from "react-i18next";
import type { ContentType } from "../../api/types";
import { type Draft, useDraft } from "../../events/drafts";
import { Button, buttonLook } from "../../ui/Button";
import { useFormat } from "../../ui/format";
import { StatusMark } from "../../ui/StatusMark";
import { useWords } from "../../ui/words";
import { Markdown } from "../markdown/Markdown";
import { TellMe } from "../task/TellMe";
import type { Item } from "./items";
import { Notice } from "./Notice";
import type { Ordering } from "./ordering";
import type { Place } from "./queries";

interface Props {
  place: Place;
  contentType: ContentType;
  item: Item;
  ordering: Ordering;
}

/** What there is to see and to do while no version can be read. */
export function NotReadable(props: Props) {
  switch (props.item.status) {
    case "generating":
      return <Writing {...props} />;
    case "failed":
      return <Failed {...props} />;
    case "pending":
    case "completed":
      return <Waiting {...props} />;
    default:
      return props.item.status satisfies never;
  }
}

/** What is going on with an item beside the version that can be read; nothing when it is ready. */
export function Beside({
  watching,
  onWatch,
  ...props
}: Props & { watching: boolean; onWatch: (on: boolean) => void }) {
  const { t } = useTranslation("learn");
  const words = useWords();
  const { item, contentType, ordering } = props;
  if (item.status === "completed") return null;
  if (item.status === "failed") {
    return (
      <Notice tone="rust">
        <StatusMark status="failed" word />
        <p className="min-w-0 flex-1 basis-64">
          {t("item.failedNew")} {item.error && words.fault(item.error)}
        </p>
        <Again ordering={ordering} />
      </Notice>
    );
  }
  return (
    <Notice tone="ochre">
      <StatusMark status={item.status} word />
      <p className="min-w-0 flex-1 basis-64">
        {item.status === "generating" ? t("item.newVersion") : t("item.newVersionWaits")}
      </p>
      {item.status === "generating" && contentType === "tutorial" && (
        <button
          type="button"
          className={buttonLook("quiet")}
          aria-pressed={watching}
          onClick={() => onWatch(!watching)}
        >
          {watching ? t("item.unwatch") : t("item.watch")}
        </button>
      )}
    </Notice>
  );
}

/** An item that is made right now; of a lesson the text as far as it is written. */
export function Writing({ place, contentType, item }: Props) {
  const { t } = useTranslation("learn");
  const draft = useDraft(place.conceptId, contentType);
  const text = draft?.text ? draft : undefined;
  return (
    <section aria-busy="true" className="space-y-6">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        {!item.readable && <StatusMark status="generating" word />}
        <Percent draft={draft} />
        <p className="basis-full text-soft">
          {contentType === "tutorial" && (text || !draft) ? t("item.writingText") : t("item.writingWait")}
        </p>
        <TellMe className="basis-full" />
      </div>
      {text ? <Markdown text={text.text} live /> : <Lines />}
      {text && !text.whole && <p className="text-soft">{t("item.writingRest")}</p>}
      {text?.whole && (
        <span className="block h-5 w-2.5 animate-pulse rounded-sm bg-ochre" aria-hidden="true" />
      )}
    </section>
  );
}

function Percent({ draft }: { draft: Draft | undefined }) {
  const { t } = useTranslation("learn");
  const format = useFormat();
  if (!draft?.percentage) return null;
  return (
    <span className="text-soft">
      {t("item.writingPercent", { percent: format.percent(draft.percentage) })}
    </span>
  );
}

/** The shape of a text that is not there yet. */
export function Lines() {
  return (
    <div aria-hidden="true" className="max-w-[68ch] space-y-4 pt-2">
      {[96, 100, 91, 98, 62].map((width) => (
        <div key={width} className="h-3.5 rounded-full bg-line" style={{ width: `${width}%` }} />
      ))}
      <div className="h-4" />
      {[99, 94, 97, 45].map((width) => (
        <div key={width} className="h-3.5 rounded-full bg-line" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

function Waiting({ ordering }: Props) {
  const { t } = useTranslation("learn");
  const { taskId, asked } = ordering;
  return (
    <section className="max-w-[60ch] space-y-4 py-4">
      <StatusMark status="pending" word />
      <p className="text-base">{taskId ? t("item.waiting") : t("item.notOrdered")}</p>
      <p className="text-soft">{taskId ? t("item.waitingText") : t("item.notOrderedText")}</p>
      {taskId && <TellMe />}
      {asked && taskId ? (
        <p role="status">{t("item.askedFirst")}</p>
      ) : (
        <Button busy={ordering.isPending} onClick={() => ordering.send()}>
          {taskId ? t("item.first") : t("item.write")}
        </Button>
      )}
    </section>
  );
}

function Failed({ item, ordering }: Props) {
  const { t } = useTranslation("learn");
  const words = useWords();
  return (
    <section className="max-w-[60ch] space-y-4 py-4">
      <StatusMark status="failed" word />
      <p className="text-base">{t("item.failed")}</p>
      {item.error && <p className="text-soft">{words.fault(item.error)}</p>}
      <Again ordering={ordering} primary />
    </section>
  );
}

function Again({ ordering, primary = false }: { ordering: Ordering; primary?: boolean }) {
  const { t } = useTranslation("learn");
  return (
    <div className="flex flex-wrap gap-2">
      <Button look={primary ? "primary" : "plain"} busy={ordering.isPending} onClick={() => ordering.send()}>
        {t("item.tryAgain")}
      </Button>
      <button type="button" className={buttonLook("quiet")} onClick={ordering.openWish}>
        {t("item.withWish")}
      </button>
    </div>
  );
}
