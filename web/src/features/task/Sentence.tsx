import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../api/types";
import type { TaskEvent } from "../../events/event";
import { useNow } from "../../ui/clock";
import { useFormat } from "../../ui/format";
import { ProgressLine } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { minutesLeft, shownPercentage } from "./share";

/** Reasons of the app itself, which are no words for a person; others were typed by one. */
const OWN_REASONS = ["dropped", "deleted"] as const;

/** One line that says how it stands: percent, what is done now, how long it will take, or why it ended. */
export function Sentence({ task, events }: { task: Task; events: readonly TaskEvent[] }) {
  const { t, i18n } = useTranslation("task");
  const { t: common } = useTranslation();
  const { language } = i18n;
  const format = useFormat();
  const words = useWords();
  const now = useNow();
  const percentage = shownPercentage(task, events);
  const own = OWN_REASONS.find((one) => one === task.cancel_reason);
  const said = useSaid(task);
  const tenth = Math.floor(percentage / 10);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each part would drown what else is read; each tenth is told
  const aloud = useMemo(() => said, [task.status, task.current_step, tenth, language]);
  const minutes = task.status === "processing" ? minutesLeft(events, now) : null;
  const left =
    minutes === null
      ? ""
      : t("left", { minutes: common("minutes", { count: Math.max(1, Math.round(minutes)) }) });
  return (
    <div>
      <ProgressLine value={percentage} label={t("list.progress")} className="mb-2" />
      <p className="flex flex-wrap items-baseline gap-x-3 text-base">
        <span className="font-semibold tabular-nums">{format.percent(percentage)}</span>
        <span>{said}</span>
        {left ? <span className="text-soft">{left}</span> : null}
      </p>
      <p className="sr-only" aria-live="polite" aria-atomic="true">
        {aloud}
      </p>
      {task.error ? (
        <p role="alert" className="mt-3 rounded-lg bg-rust-wash px-4 py-3 text-rust">
          {words.fault(task.error)}
        </p>
      ) : null}
      {task.cancel_reason ? (
        <p className="mt-1 text-soft">
          {own ? t(`now.${own}`) : t("now.cancelledReason", { reason: task.cancel_reason })}
        </p>
      ) : null}
    </div>
  );
}

function useSaid(task: Task): string {
  const { t } = useTranslation("task");
  const parts = task.progress;
  const done = parts ? parts.completed + parts.failed : 0;
  const figures = { done, total: parts?.total ?? 0 };
  switch (task.status) {
    case "pending":
      return t("step.queued");
    case "processing":
      return parts && task.current_step === "content_generation"
        ? t("now.writing", figures)
        : t(`step.${task.current_step}`);
    case "human_review_pending":
      return task.data?.questions?.length ? t("now.questions") : t("step.human_review");
    case "paused":
      return parts ? t("now.paused", figures) : t("now.pausedPlan");
    case "completed":
      return t("step.completed");
    case "partial_failure":
      return t("now.partial", { completed: parts?.completed ?? 0, failed: parts?.failed ?? 0 });
    case "failed":
      return t("step.failed");
    case "cancelled":
      return parts
        ? t("now.cancelled", { done: parts.completed, total: parts.total })
        : t("now.cancelledPlan");
    default:
      return task.status satisfies never;
  }
}
