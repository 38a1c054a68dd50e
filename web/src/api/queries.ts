import { keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import { withEvents, withLog } from "../events/apply";
import { logOf } from "../events/log";
import { api, ask } from "./client";
import { ApiError } from "./problems";
import { hearOtherTabs, tellingMutations } from "./tabs";
import type { TaskStatus, TaskType } from "./types";

/** Every key of the cache; nothing else makes one. */
export const keys = {
  tasks: () => ["tasks"] as const,
  task: (id: string) => ["task", id] as const,
  log: (taskId: string) => ["log", taskId] as const,
  steps: (taskId: string) => ["steps", taskId] as const,
  roadmaps: () => ["roadmaps"] as const,
  trash: () => ["trash"] as const,
  roadmap: (id: string) => ["roadmap", id] as const,
  activeTasks: (roadmapId: string) => ["roadmap", roadmapId, "tasks"] as const,
  history: (roadmapId: string) => ["roadmap", roadmapId, "history"] as const,
  concept: (roadmapId: string, conceptId: string) => ["roadmap", roadmapId, "concept", conceptId] as const,
  profile: () => ["profile"] as const,
  signingIn: () => ["signing in"] as const,
  me: () => ["me"] as const,
  account: () => ["account"] as const,
  people: () => ["people"] as const,
  share: (roadmapId: string) => ["share", roadmapId] as const,
  shared: (token: string) => ["shared", token] as const,
  offered: () => ["offered"] as const,
};

export function newQueryClient(): QueryClient {
  const client = new QueryClient({
    mutationCache: tellingMutations(),
    defaultOptions: {
      // Without a network a click is refused at once, in words: one that waited for it would show as done, and be
      // lost with the tab.
      mutations: { networkMode: "always" },
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < 3 && (!(error instanceof ApiError) || isPassingRefusal(error)),
      },
    },
  });
  // A log is what the pages are folded from: one that is followed must not be forgotten.
  client.setQueryDefaults(["log"], { gcTime: Number.POSITIVE_INFINITY, structuralSharing: false });
  hearOtherTabs(client);
  return client;
}

function isPassingRefusal(error: ApiError): boolean {
  return error.refusal.status === 0 || error.refusal.status === 503;
}

export const PAGE = 24;

/** `words`: of the title; the server searches. */
export function roadmapsQuery(offset: number, words = "", limit = PAGE) {
  const query = { limit, offset, q: words };
  return queryOptions({
    queryKey: [...keys.roadmaps(), query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/roadmaps", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function trashQuery(offset: number, limit = PAGE) {
  return queryOptions({
    queryKey: [...keys.trash(), { offset, limit }],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/roadmaps/trash", { params: { query: { limit, offset } }, signal })),
    placeholderData: keepPreviousData,
  });
}

export interface TaskFilter {
  status: TaskStatus[];
  taskType?: TaskType[];
  words?: string;
  offset: number;
  limit: number;
}

export function tasksQuery(filter: TaskFilter) {
  return queryOptions({
    queryKey: [...keys.tasks(), filter],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/users/{user_id}/tasks", {
          params: {
            path: { user_id: "me" },
            query: {
              status: filter.status,
              task_type: filter.taskType,
              q: filter.words,
              limit: filter.limit,
              offset: filter.offset,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** One task. What its log already told is applied to the answer, so that a slow answer takes nothing back. */
export function taskQuery(taskId: string) {
  return queryOptions({
    queryKey: keys.task(taskId),
    refetchOnWindowFocus: "always",
    queryFn: async ({ signal, client }) => {
      const path = { task_id: taskId };
      const task = await ask(api.GET("/api/v1/tasks/{task_id}", { params: { path }, signal }));
      const log = logOf(client, taskId);
      return withLog(task, log.state, log.events);
    },
  });
}

export function stepsQuery(taskId: string) {
  return queryOptions({
    queryKey: keys.steps(taskId),
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/tasks/{task_id}/steps", { params: { path: { task_id: taskId } }, signal })),
  });
}

export interface LogFilter {
  step: string;
  level: string;
  limit: number;
  offset: number;
}

/** Lines of the execution log; an empty filter lets all through. */
export function logsQuery(taskId: string, filter: LogFilter) {
  return queryOptions({
    queryKey: [...keys.steps(taskId), "logs", filter],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/tasks/{task_id}/logs", {
          params: {
            path: { task_id: taskId },
            query: {
              step: filter.step || undefined,
              level: filter.level || undefined,
              limit: filter.limit,
              offset: filter.offset,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** One roadmap with the statuses of all its items; live when its tasks are followed. */
export function roadmapQuery(roadmapId: string) {
  return queryOptions({
    queryKey: keys.roadmap(roadmapId),
    refetchOnWindowFocus: "always",
    queryFn: async ({ signal, client }) => {
      const path = { roadmap_id: roadmapId };
      const roadmap = await ask(api.GET("/api/v1/roadmaps/{roadmap_id}", { params: { path }, signal }));
      const told = Object.keys(roadmap.as_of).flatMap((taskId) => logOf(client, taskId).events);
      return withEvents(roadmap, told);
    },
  });
}

export function activeTasksQuery(roadmapId: string) {
  return queryOptions({
    queryKey: keys.activeTasks(roadmapId),
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/roadmaps/{roadmap_id}/status-check", {
          params: { path: { roadmap_id: roadmapId } },
          signal,
        }),
      ),
  });
}

export function historyQuery(roadmapId: string) {
  return queryOptions({
    queryKey: keys.history(roadmapId),
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/roadmaps/{roadmap_id}/framework/history", {
          params: { path: { roadmap_id: roadmapId } },
          signal,
        }),
      ),
  });
}

export function diffQuery(roadmapId: string, version: number) {
  return queryOptions({
    queryKey: [...keys.history(roadmapId), version],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/roadmaps/{roadmap_id}/framework/{version}/diff", {
          params: { path: { roadmap_id: roadmapId, version } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function profileQuery() {
  return queryOptions({
    queryKey: keys.profile(),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/users/me/profile", { signal })),
  });
}
