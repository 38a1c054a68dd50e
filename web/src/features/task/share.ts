import type { Progress, Step, TaskStatus, TaskType } from "../../api/types";
import type { TaskEvent } from "../../events/event";

/** What of the whole lies behind, in percent, when a step begins. Writing has the largest part. */
const BEGINS: Record<Step, number> = {
  queued: 0,
  intent_analysis: 2,
  curriculum_design: 6,
  structure_validation: 16,
  validation_edit_plan_analysis: 17,
  edit_plan_analysis: 17,
  roadmap_edit: 18,
  human_review: 20,
  content_generation_queued: 20,
  content_generation: 20,
  finalizing: 99,
  completed: 100,
  failed: 0,
  cancelled: 0,
};

export interface Sharing {
  task_type: TaskType;
  status: TaskStatus;
  current_step: Step;
  stopped_at_step?: Step | null;
  progress: Progress | null;
}

/** Whole percent of all the work, 0–100; 100 only when it has ended. A task that stopped keeps its place. */
export function overallPercentage(task: Sharing): number {
  if (task.status === "completed" || task.status === "partial_failure") return 100;
  return share(task.task_type, task.stopped_at_step ?? task.current_step, task.progress?.percentage);
}

function share(type: TaskType, step: Step, written: number | undefined): number {
  if (written === undefined) return type === "creation" ? BEGINS[step] : 0;
  const base = type === "creation" ? BEGINS.content_generation : 0;
  return Math.floor(base + ((99 - base) * written) / 100);
}

/**
 * What the bar shows: the highest that the log has reached, since a plan goes back and forth between check and
 * fix. Only a retry and a hand edit, which really make work, take it back.
 */
export function shownPercentage(task: Sharing, events: readonly TaskEvent[]): number {
  if (task.status === "completed" || task.status === "partial_failure") return 100;
  let step: Step = "queued";
  let written: number | undefined;
  let highest = 0;
  for (const event of events) {
    const begins = event.type === "progress" && event.status === "processing";
    if (event.step && (begins || event.type === "human_review_required")) step = event.step;
    written = event.progress?.percentage ?? written;
    const now = share(task.task_type, step, written);
    highest = event.type === "retried" || event.type === "concepts_changed" ? now : Math.max(highest, now);
  }
  return Math.max(highest, events.length === 0 ? overallPercentage(task) : 0);
}

/** Minutes until everything is written, from the pace of this run so far; null while that says nothing. */
export function minutesLeft(events: readonly TaskEvent[], now: number): number | null {
  const begun = events.findLast((one) => one.type === "progress" && one.step === "content_generation_queued");
  const last = events.findLast((one) => one.progress);
  if (!begun?.progress || !last?.progress) return null;
  const done = last.progress.current - begun.progress.current;
  const open = last.progress.total - last.progress.current;
  if (done < 3 || open <= 0) return null;
  const elapsed = Math.max(now, Date.parse(last.timestamp)) - Date.parse(begun.timestamp);
  return ((elapsed / done) * open) / 60_000;
}
