import { CONTENT_TYPES, type ContentType, type Progress, type Step, type TaskStatus } from "../api/types";
import type { EventData, ItemState, TaskEvent } from "./event";

/** A task as its log tells it; the same as `events/fold.py` on the server, and the tests compare. */
export interface Folded {
  lastSeq: number;
  currentStep: Step;
  ended: TaskStatus | null;
  paused: boolean;
  underReview: boolean;
  started: boolean;
  progress: { current: number; total: number; percentage: number } | null;
  /** `itemKey` → status, as far as events say. */
  items: ReadonlyMap<string, ItemState["status"]>;
}

export const NOTHING_YET: Folded = {
  lastSeq: 0,
  currentStep: "queued",
  ended: null,
  paused: false,
  underReview: false,
  started: false,
  progress: null,
  items: new Map(),
};

export function itemKey(conceptId: string, contentType: ContentType): string {
  return `${conceptId}/${contentType}`;
}

/** The task's status, in the order in which the engine derives it. */
export function statusOf(state: Folded): TaskStatus {
  if (state.ended) return state.ended;
  if (state.paused) return "paused";
  if (state.underReview) return "human_review_pending";
  return state.started ? "processing" : "pending";
}

/** Items of the task by status; null before the plan was approved. Those no event has spoken of yet wait. */
export function countsOf(state: Folded): Progress | null {
  if (!state.progress) return null;
  const counts = { completed: 0, failed: 0, generating: 0, pending: 0 };
  for (const status of state.items.values()) counts[status] += 1;
  const { total, percentage } = state.progress;
  const pending = Math.max(0, total - counts.completed - counts.failed - counts.generating);
  return { ...counts, pending, total, percentage };
}

/** `state` after `events`, in order; those it has seen already change nothing. */
export function fold(state: Folded, events: readonly TaskEvent[]): Folded {
  const fresh = events.filter((event) => event.seq > state.lastSeq);
  if (fresh.length === 0) return state;
  const items = new Map(state.items);
  let next: Folded = { ...state, items };
  for (const event of fresh) {
    if (event.seq > next.lastSeq) next = { ...applied(next, items, event), lastSeq: event.seq };
  }
  return next;
}

type Items = Map<string, ItemState["status"]>;

function applied(state: Folded, items: Items, event: TaskEvent): Folded {
  const next = event.progress ? { ...state, progress: event.progress } : state;
  switch (event.type) {
    case "progress":
      setAll(items, event.data);
      return afterProgress(next, event);
    case "human_review_required":
      return { ...next, underReview: true, currentStep: event.step ?? next.currentStep };
    case "concept_start":
    case "concept_complete":
    case "concept_failed":
    case "concept_requeued": {
      const item = itemOf(event);
      if (item) items.set(itemKey(item.concept_id, item.content_type), item.status);
      return next;
    }
    case "concepts_changed":
      change(items, event.data);
      return next;
    case "paused":
      return { ...next, paused: true };
    case "resumed":
      return { ...next, paused: false };
    case "retried":
      setAll(items, event.data);
      return { ...next, ended: null, paused: false };
    case "cancelled":
    case "completed":
    case "partial_failure":
    case "failed":
      setAll(items, event.data);
      return { ...next, ended: event.type, underReview: false, currentStep: event.step ?? next.currentStep };
    case "concept_all_content_complete":
    case "cover_ready":
      return next;
    default:
      event.type satisfies never; // a type of a newer server
      return next;
  }
}

/** The status an item event gives its item; null for events that are about no item. */
export function itemOf(event: TaskEvent): ItemState | null {
  if (!event.concept_id || !event.content_type) return null;
  const named = { concept_id: event.concept_id, content_type: event.content_type };
  switch (event.type) {
    case "concept_start":
      return { ...named, status: "generating" };
    case "concept_complete":
      return { ...named, status: "completed" };
    case "concept_failed":
      return { ...named, status: "failed" };
    case "concept_requeued":
      return { ...named, status: event.data?.status ?? "pending" };
    default:
      return null;
  }
}

const QUEUES: readonly Step[] = ["queued", "content_generation_queued"];

function afterProgress(state: Folded, event: TaskEvent): Folded {
  if (event.status !== "processing" || !event.step) return state;
  const started = state.started || !QUEUES.includes(event.step);
  return { ...state, currentStep: event.step, underReview: false, started };
}

function setAll(items: Items, data: EventData | undefined): void {
  for (const item of data?.items ?? []) items.set(itemKey(item.concept_id, item.content_type), item.status);
}

function change(items: Items, data: EventData | undefined): void {
  for (const conceptId of data?.dropped ?? []) {
    for (const contentType of CONTENT_TYPES) items.delete(itemKey(conceptId, contentType));
  }
  for (const conceptId of data?.added ?? []) {
    for (const contentType of CONTENT_TYPES) {
      const key = itemKey(conceptId, contentType);
      if (!items.has(key)) items.set(key, "pending");
    }
  }
}
