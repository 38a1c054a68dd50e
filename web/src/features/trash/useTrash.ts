import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { keys } from "../../api/queries";
import type { RoadmapSummary } from "../../api/types";

/** Back among the roadmaps, or gone for good; the list is asked for again either way. */
export function useTrash(done: (roadmap: RoadmapSummary, way: "restore" | "purge") => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ roadmap, way }: { roadmap: RoadmapSummary; way: "restore" | "purge" }) => {
      const params = { path: { roadmap_id: roadmap.roadmap_id } };
      return way === "restore"
        ? ask(api.POST("/api/v1/roadmaps/{roadmap_id}/restore", { params }))
        : ask(api.DELETE("/api/v1/roadmaps/{roadmap_id}/permanent", { params }));
    },
    onSuccess: (_, { roadmap, way }) => done(roadmap, way),
    onSettled: async (_, __, { way }) => {
      if (way === "restore") void client.invalidateQueries({ queryKey: keys.roadmaps() });
      await client.invalidateQueries({ queryKey: keys.trash() });
    },
  });
}
