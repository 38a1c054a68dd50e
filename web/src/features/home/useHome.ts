import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, ask } from "../../api/client";
import { keys, tasksQuery } from "../../api/queries";
import type { RoadmapSummary, TaskStatus, TaskSummary } from "../../api/types";

const OPEN: TaskStatus[] = ["pending", "processing", "human_review_pending", "paused"];

/** Roadmaps that are being made: their creation tasks that have not ended. Looked at every 5 s while there are any. */
export function useActive(): TaskSummary[] {
  const query = useQuery({
    ...tasksQuery({ status: OPEN, taskType: ["creation"], offset: 0, limit: 50 }),
    refetchOnMount: "always",
    refetchInterval: (state) => ((state.state.data?.tasks.length ?? 0) > 0 ? 5000 : false),
  });
  const client = useQueryClient();
  const count = query.data?.total ?? 0;
  const before = useRef(count);
  useEffect(() => {
    if (before.current !== count) void client.invalidateQueries({ queryKey: keys.roadmaps() });
    before.current = count;
  }, [client, count]);
  return query.data?.tasks ?? [];
}

/** Creation tasks that ended before there was a plan: their roadmaps open as a task, which says why. */
export function useEndedEarly(wanted: boolean): TaskSummary[] {
  const query = useQuery({
    ...tasksQuery({ status: ["failed", "cancelled"], taskType: ["creation"], offset: 0, limit: 200 }),
    enabled: wanted,
  });
  return query.data?.tasks ?? [];
}

const asked = new Set<string>();

/** Asks for covers that are not there, once per visit, in one batch, and looks again a little later. */
export function useMissingCovers(roadmaps: RoadmapSummary[]): void {
  const client = useQueryClient();
  const missing = roadmaps
    .filter((one) => one.cover.status === "not_started" && one.progress && !asked.has(one.roadmap_id))
    .map((one) => one.roadmap_id)
    .join(" ");
  useEffect(() => {
    if (!missing) return;
    const ids = missing.split(" ");
    for (const id of ids) asked.add(id);
    void ask(api.POST("/api/v1/cover-images/batch-generate", { body: { roadmap_ids: ids } }))
      .then(() => setTimeout(() => void client.invalidateQueries({ queryKey: keys.roadmaps() }), 5000))
      .catch(() => undefined); // a drawn piece of map stands in its place
  }, [client, missing]);
}

export function useRename(roadmapId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (title: string) =>
      ask(
        api.PATCH("/api/v1/roadmaps/{roadmap_id}", {
          params: { path: { roadmap_id: roadmapId } },
          body: { title },
        }),
      ),
    onSuccess: () => refreshed(client),
  });
}

export function useDuplicate(roadmapId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/roadmaps/{roadmap_id}/duplicate", {
          params: { path: { roadmap_id: roadmapId } },
          body: null,
        }),
      ),
    onSuccess: () => refreshed(client),
  });
}

/** `done` is called while the card is still there, which goes with the next answer. */
export function useRemove(roadmapId: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      ask(api.DELETE("/api/v1/roadmaps/{roadmap_id}", { params: { path: { roadmap_id: roadmapId } } })),
    onSuccess: () => {
      done();
      return refreshed(client);
    },
  });
}

function refreshed(client: ReturnType<typeof useQueryClient>) {
  void client.invalidateQueries({ queryKey: keys.tasks() });
  void client.invalidateQueries({ queryKey: keys.trash() });
  return client.invalidateQueries({ queryKey: keys.roadmaps() });
}
