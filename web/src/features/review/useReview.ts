import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { keys } from "../../api/queries";
import type { components } from "../../api/schema";

type Decision = components["schemas"]["ReviewDecision"];

/** Approve, ask for a change, or answer questions. The same click twice gets the same answer. */
export function useReview(taskId: string, roadmapId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (decision: Decision) =>
      ask(
        api.POST("/api/v1/tasks/{task_id}/review", {
          params: { path: { task_id: taskId } },
          body: decision,
        }),
      ),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.tasks() });
      void client.invalidateQueries({ queryKey: keys.roadmap(roadmapId), exact: true });
      return client.invalidateQueries({ queryKey: keys.task(taskId) });
    },
  });
}
