import type { Step, Task } from "../../api/types";
import type { TaskEvent } from "../../events/event";

/** The five stations of the way from a goal to lessons. */
export const STATIONS = ["understand", "design", "check", "decide", "write"] as const;
export type Station = (typeof STATIONS)[number];
export type StationState = "done" | "current" | "ahead" | "stoppedHere" | "failedHere";

export function stationOf(step: Step): Station | null {
  switch (step) {
    case "queued":
    case "intent_analysis":
      return "understand";
    case "curriculum_design":
      return "design";
    case "structure_validation":
    case "validation_edit_plan_analysis":
      return "check";
    case "human_review":
    case "edit_plan_analysis":
      return "decide";
    case "roadmap_edit":
      return "check";
    case "content_generation_queued":
    case "content_generation":
    case "finalizing":
      return "write";
    case "completed":
    case "failed":
    case "cancelled":
      return null;
    default:
      return step satisfies never;
  }
}

export interface StationView {
  station: Station;
  state: StationState;
}

/** Where the task is; a task of single parts has no plan of its own and starts at the writing. */
export function stationsOf(task: Task): StationView[] {
  const ended = ["completed", "partial_failure"].includes(task.status);
  const at = stationOf(task.stopped_at_step ?? task.current_step) ?? (task.progress ? "write" : "understand");
  const here = STATIONS.indexOf(at);
  return STATIONS.map((station, index) => {
    if (ended || index < here) return { station, state: "done" };
    if (index > here) return { station, state: "ahead" };
    if (task.status === "failed") return { station, state: "failedHere" };
    if (task.status === "cancelled") return { station, state: "stoppedHere" };
    return { station, state: "current" };
  });
}

/** How often the plan was mended by itself, and changed by the person. */
export function roundsOf(events: readonly TaskEvent[]): { fixes: number; changes: number } {
  const begun = (step: Step) =>
    events.filter((one) => one.type === "progress" && one.step === step && one.status === "processing")
      .length;
  return { fixes: begun("validation_edit_plan_analysis"), changes: begun("edit_plan_analysis") };
}
