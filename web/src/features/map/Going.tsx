import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CONTENT_TYPES, type Concept, type Roadmap } from "../../api/types";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Dialog";
import { StatusMark } from "../../ui/StatusMark";
import { useWords } from "../../ui/words";
import { itemOf } from "../learn/items";
import { Notice } from "../learn/Notice";
import { useBatch } from "../learn/queries";
import { TellMe } from "../task/TellMe";

/** What is going on with the content, and what can be done about what is not there. */
export function Going({ roadmap, concepts }: { roadmap: Roadmap; concepts: readonly Concept[] }) {
  const counts = { pending: 0, generating: 0, completed: 0, failed: 0 };
  for (const concept of concepts) {
    for (const type of CONTENT_TYPES) counts[itemOf(concept, type).status] += 1;
  }
  const total = concepts.length * CONTENT_TYPES.length;
  const task = roadmap.active_task;
  return (
    <div className="mb-6 space-y-2 empty:hidden">
      {task && <AtWork task={task} done={counts.completed} total={total} />}
      {!task && counts.failed > 0 && <Lacking roadmap={roadmap} which="failed" count={counts.failed} />}
      {!task && counts.pending > 0 && <Lacking roadmap={roadmap} which="missing" count={counts.pending} />}
    </div>
  );
}

function AtWork({
  task,
  done,
  total,
}: {
  task: NonNullable<Roadmap["active_task"]>;
  done: number;
  total: number;
}) {
  const { t } = useTranslation("learn");
  const params = { taskId: task.task_id };
  switch (task.status) {
    case "human_review_pending":
      return (
        <Notice tone="lake">
          <StatusMark status="human_review_pending" word />
          <Link to="/tasks/$taskId" params={params} className="prose-link">
            {t("map.reviewLink")}
          </Link>
        </Notice>
      );
    case "paused":
      return (
        <Notice tone="ochre">
          <StatusMark status="paused" word />
          <Link to="/tasks/$taskId" params={params} className="prose-link">
            {t("map.openTaskWhy")}
          </Link>
        </Notice>
      );
    case "pending":
    case "processing":
    case "completed":
    case "partial_failure":
    case "failed":
    case "cancelled":
      return (
        <Notice tone="ochre">
          <StatusMark status="generating" />
          <p className="min-w-0 flex-1">{t("map.working", { done, total })}</p>
          <Link to="/tasks/$taskId" params={params} className="prose-link">
            {t("map.openTask")}
          </Link>
          <TellMe className="basis-full" />
        </Notice>
      );
    default:
      return task.status satisfies never;
  }
}

function Lacking({
  roadmap,
  which,
  count,
}: {
  roadmap: Roadmap;
  which: "failed" | "missing";
  count: number;
}) {
  const { t } = useTranslation("learn");
  const words = useWords();
  const batch = useBatch(roadmap.roadmap_id);
  const [asking, setAsking] = useState(false);
  const failed = which === "failed";
  return (
    <Notice tone={failed ? "rust" : "lake"}>
      <StatusMark status={failed ? "failed" : "pending"} />
      <p className="min-w-0 flex-1">{t(failed ? "map.failed" : "map.missing", { count })}</p>
      <Button small onClick={() => setAsking(true)}>
        {t(failed ? "map.retryFailed" : "map.writeMissing")}
      </Button>
      {asking && (
        <Confirm
          title={t(failed ? "map.retryTitle" : "map.missingTitle")}
          text={t("map.retryText", { count })}
          action={t("map.retryNow")}
          busy={batch.isPending}
          {...(batch.isError && { error: words.refusal(batch.error) })}
          onConfirm={() => batch.mutate(which, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      )}
    </Notice>
  );
}
