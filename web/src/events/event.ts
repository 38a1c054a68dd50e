import type { ContentType, Cover, Step, TaskStatus } from "../api/types";

/** What the events carry of an item of the task. */
export interface ItemState {
  concept_id: string;
  content_type: ContentType;
  status: "pending" | "generating" | "completed" | "failed";
}

export interface EventData {
  version?: number;
  attempt?: number;
  status?: ItemState["status"];
  items?: ItemState[];
  added?: string[];
  dropped?: string[];
  tutorial_id?: string;
  resources_id?: string;
  quiz_id?: string;
  content_ref?: string;
  title?: string;
  reason?: string;
  not_before?: string;
  edit_source?: string;
  recovery_type?: string;
  total_concepts?: number;
  [more: string]: unknown;
}

export type EventType =
  | "progress"
  | "human_review_required"
  | "concept_start"
  | "concept_complete"
  | "concept_failed"
  | "concept_requeued"
  | "concepts_changed"
  | "concept_all_content_complete"
  | "paused"
  | "resumed"
  | "retried"
  | "cancelled"
  | "completed"
  | "partial_failure"
  | "failed"
  | "cover_ready";

/** One line of a task's log (contract, section 5). */
export interface TaskEvent {
  type: EventType;
  seq: number;
  task_id: string;
  roadmap_id: string;
  timestamp: string;
  message: string;
  step?: Step;
  status?: TaskStatus;
  concept_id?: string;
  concept_name?: string;
  content_type?: ContentType;
  progress?: { current: number; total: number; percentage: number };
  data?: EventData;
  error?: { code: string; message: string };
}

/** A piece of text as the model writes it; has no number and is not kept. */
export interface Passing {
  type: "concept_progress";
  concept_id: string;
  content_type: ContentType;
  data: { percentage?: number; attempt?: number; offset?: number; text?: string };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function isTaskEvent(value: unknown): value is TaskEvent {
  return isRecord(value) && typeof value.seq === "number" && typeof value.type === "string";
}

export function isPassing(value: unknown): value is Passing {
  return isRecord(value) && value.type === "concept_progress" && isRecord(value.data);
}

/** The picture that a `cover_ready` brings; null for every other event. */
export function coverOf(event: TaskEvent): Cover | null {
  return event.type === "cover_ready" && isCover(event.data) ? event.data : null;
}

function isCover(value: unknown): value is Cover {
  return (
    isRecord(value) &&
    typeof value.roadmap_id === "string" &&
    typeof value.alt === "string" &&
    value.status === "success"
  );
}
