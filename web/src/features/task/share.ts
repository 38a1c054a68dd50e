import type { Progress, Step, TaskStatus, TaskType } from "../../api/types";

/** What of the whole each step has behind it, in percent, when it begins. Content has the largest part. */
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

/** Whole percent of all the work, 0–100; 100 only when it has ended as it should. A task that stopped keeps its place. */
export function overallPercentage(task: Sharing): number {
  if (task.status === "completed" || task.status === "partial_failure") return 100;
  const base = task.task_type === "creation" ? 20 : 0;
  if (task.progress) {
    const share = base + ((99 - base) * task.progress.percentage) / 100;
    return Math.min(99, Math.floor(share));
  }
  return BEGINS[task.stopped_at_step ?? task.current_step];
}

/** The same, but never less than was shown before of the same run: a bar that jumps back is not believed. */
export function neverBack(before: number, now: number): number {
  return Math.max(before, now);
}
