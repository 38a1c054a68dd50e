import type { RoadmapSummary } from "../../api/types";

/** What goes when a roadmap is deleted for good: finished items, and concepts that were learned. */
export interface Loss {
  texts: number;
  learned: number;
}

export function lossOf(roadmap: Pick<RoadmapSummary, "progress" | "learned">): Loss {
  return { texts: roadmap.progress?.completed ?? 0, learned: roadmap.learned.completed };
}
