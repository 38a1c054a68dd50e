import type { RoadmapSummary } from "../../api/types";

/** What goes when a roadmap is deleted for good: finished items, and concepts that were learned. */
export interface Loss {
  texts: number;
  learned: number;
}

export function lossOf(roadmap: Pick<RoadmapSummary, "progress" | "learned">): Loss {
  return { texts: roadmap.progress?.completed ?? 0, learned: roadmap.learned.completed };
}

/** Where a page of the list begins after one row left it: the last page may have become empty. */
export function offsetAfter(offset: number, limit: number, totalLeft: number): number {
  if (offset < totalLeft) return offset;
  return Math.max(0, Math.ceil(totalLeft / limit) - 1) * limit;
}
