import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { keys } from "../../api/queries";
import { type Plan, sentOf } from "./plan";

/** Saves a hand edit made from `version`; 409 `old_version` when there is a newer one. */
export function useSave(roadmapId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ plan, version }: { plan: Plan; version: number }) =>
      ask(
        api.PUT("/api/v1/roadmaps/{roadmap_id}/framework", {
          params: { path: { roadmap_id: roadmapId } },
          body: { framework: sentOf(plan), version },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.history(roadmapId) });
      void client.invalidateQueries({ queryKey: keys.roadmaps() });
      return client.invalidateQueries({ queryKey: keys.roadmap(roadmapId), exact: true });
    },
    onError: () => client.invalidateQueries({ queryKey: keys.roadmap(roadmapId), exact: true }),
  });
}

/** Writes what a hand edit added after everything else had ended. */
export function useWriteMissing(roadmapId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/roadmaps/{roadmap_id}/concepts/retry-batch", {
          params: { path: { roadmap_id: roadmapId } },
          body: { items: "missing" },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.activeTasks(roadmapId) });
      void client.invalidateQueries({ queryKey: keys.tasks() });
    },
  });
}
