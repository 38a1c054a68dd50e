import {
  CancelledError,
  type QueryClient,
  type QueryKey,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { keys } from "../../api/queries";
import type { TaskSummary } from "../../api/types";

/** What a click does to a task; each ends with the server's own word on how it is now. */
export function useActions(taskId: string, roadmapId: string) {
  const client = useQueryClient();
  const params = { path: { task_id: taskId } };
  /** A refusal is told at once, and not only when the server has been asked again. */
  const onSettled = (_answer: unknown, refused: unknown) => {
    const again = refreshed(client, taskId, roadmapId);
    return refused ? undefined : again;
  };
  const pause = useMutation({
    mutationFn: (now: boolean) =>
      ask(api.POST("/api/v1/tasks/{task_id}/pause", { params: { ...params, query: { now } } })),
    onSettled,
  });
  const resume = useMutation({
    mutationFn: (limit: number | null) =>
      ask(
        api.POST("/api/v1/tasks/{task_id}/resume", {
          params,
          body: limit === null ? null : { max_cost_usd: limit },
        }),
      ),
    onSettled,
  });
  const stop = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/tasks/{task_id}/cancel", { params, body: null })),
    onSettled,
  });
  const retry = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/tasks/{task_id}/retry", { params, body: null })),
    onSettled,
  });
  const hide = useMutation({
    mutationFn: () => ask(api.DELETE("/api/v1/tasks/{task_id}", { params })),
    onSettled,
  });
  const refresh = useMutation({
    mutationFn: () => asked(client, taskId, roadmapId),
  });
  return { pause, resume, stop, retry, hide, refresh };
}

export type Actions = ReturnType<typeof useActions>;

function refreshed(client: QueryClient, taskId: string, roadmapId: string): Promise<void> {
  void client.invalidateQueries({ queryKey: keys.tasks() });
  void client.invalidateQueries({ queryKey: keys.roadmap(roadmapId) });
  return client.invalidateQueries({ queryKey: keys.task(taskId) });
}

/** Everything of the task once more, whatever the socket told; rejects when there is no answer. */
async function asked(client: QueryClient, taskId: string, roadmapId: string): Promise<void> {
  const all = [keys.task(taskId), keys.roadmap(roadmapId), keys.steps(taskId)];
  await Promise.all(all.map((queryKey) => answered(client, queryKey)));
}

/** A question is asked anew when the part of the page goes away that had asked it first: no failure. */
export async function answered(client: QueryClient, queryKey: QueryKey, cancelRefetch = true): Promise<void> {
  try {
    await client.refetchQueries({ queryKey }, { throwOnError: true, cancelRefetch });
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    await answered(client, queryKey, false);
  }
}

export type Click = "pause" | "resume" | "stop" | "retry" | "hide";

/** What makes sense in this status, the most likely first. */
export function clicksFor(task: Pick<TaskSummary, "status">): Click[] {
  switch (task.status) {
    case "pending":
    case "processing":
      return ["pause", "stop"];
    case "human_review_pending":
      return ["stop"];
    case "paused":
      return ["resume", "stop"];
    case "partial_failure":
    case "failed":
    case "cancelled":
      return ["retry", "hide"];
    case "completed":
      return ["hide"];
    default:
      return task.status satisfies never;
  }
}
