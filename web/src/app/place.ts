/** Where one is in a list, as its address says it: found again by going back, and by loading the page. Pure. */

import type { TaskStatus } from "../api/types";

export interface ListPlace {
  /** What is searched for. */
  q?: string;
  /** From 2 on; the first page needs no saying. */
  page?: number;
}

export interface TasksPlace extends ListPlace {
  status?: TaskStatus;
}

const STATUSES: readonly TaskStatus[] = [
  "pending",
  "processing",
  "human_review_pending",
  "paused",
  "completed",
  "partial_failure",
  "failed",
  "cancelled",
];

export function listPlace({ q, page }: Record<string, unknown>): ListPlace {
  const words = typeof q === "string" || typeof q === "number" ? String(q) : "";
  const number = Number(page);
  return {
    ...(words && { q: words }),
    ...(Number.isSafeInteger(number) && number > 1 && { page: number }),
  };
}

export function tasksPlace(search: Record<string, unknown>): TasksPlace {
  const status = STATUSES.find((one) => one === search.status);
  return { ...listPlace(search), ...(status && { status }) };
}
