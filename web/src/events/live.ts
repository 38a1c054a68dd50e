import { type QueryClient, skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { activeTasksQuery, keys, roadmapQuery, taskQuery } from "../api/queries";
import { isAtWork, isTerminal, type Roadmap, type Task, type TaskSummary } from "../api/types";
import { arrived } from "../features/covers/cover";
import { withEvents, withLog } from "./apply";
import { forget, heard } from "./drafts";
import { coverOf, type TaskEvent } from "./event";
import { statusOf } from "./fold";
import { EMPTY_LOG, type Log, logOf, withBatch } from "./log";
import { follow, type Link } from "./socket";
import { tell, usePermission } from "./tell";

/** One socket a task, whoever looks; shared by all pages. */
interface Channel {
  watchers: number;
  stop: () => void;
}

const channels = new Map<string, Channel>();

/** Follows a task until the answer is called; its events go into the cache. What nobody follows to its end
 * is asked for again by the page that shows it next. */
function join(client: QueryClient, taskId: string): () => void {
  const channel = channels.get(taskId) ?? open(client, taskId);
  channel.watchers += 1;
  return () => {
    channel.watchers -= 1;
    if (channel.watchers > 0 || channels.get(taskId) !== channel) return;
    channel.stop();
    const roadmapId = logOf(client, taskId).events[0]?.roadmap_id;
    if (roadmapId) void client.invalidateQueries({ queryKey: keys.roadmap(roadmapId), exact: true });
  };
}

function open(client: QueryClient, taskId: string): Channel {
  const channel: Channel = {
    watchers: 0,
    stop: follow(taskId, logOf(client, taskId).state.lastSeq, {
      events: (batch) => {
        const before = logOf(client, taskId).state;
        take(client, taskId, batch);
        const now = logOf(client, taskId).state;
        // What a log that is opened tells first is no news.
        if (before.lastSeq > 0 && statusOf(now) !== statusOf(before))
          tell(taskId, titleOf(client, taskId), statusOf(now));
      },
      passing: heard,
      link: (state) => {
        client.setQueryData<Link>(["link", taskId], state);
        if (state === "ended") channels.delete(taskId);
      },
    }),
  };
  channels.set(taskId, channel);
  return channel;
}

/** As far as any page has heard of it. */
function titleOf(client: QueryClient, taskId: string): string {
  const task = client.getQueryData<Task>(keys.task(taskId));
  if (task) return task.title;
  const lists = client.getQueriesData<{ tasks: TaskSummary[] }>({ queryKey: keys.tasks() });
  const listed = lists.flatMap(([, list]) => list?.tasks ?? []).find((one) => one.task_id === taskId);
  if (listed) return listed.title;
  const roadmapId = logOf(client, taskId).events[0]?.roadmap_id ?? "";
  return client.getQueryData<Roadmap>(keys.roadmap(roadmapId))?.title ?? "";
}

/** A batch of events into the cache; asks again only for what events do not tell: a changed plan, the cost. */
export function take(client: QueryClient, taskId: string, batch: readonly TaskEvent[]): void {
  const log = withBatch(logOf(client, taskId), batch);
  client.setQueryData(keys.log(taskId), log);
  client.setQueryData<Task>(keys.task(taskId), (task) => task && withLog(task, log.state, log.events));
  const roadmapId = batch[0]?.roadmap_id;
  if (!roadmapId) return;
  const before = client.getQueryData<Roadmap>(keys.roadmap(roadmapId));
  const unseen = before ? batch.filter((one) => one.seq > (before.as_of[taskId] ?? 0)) : batch;
  client.setQueryData<Roadmap>(keys.roadmap(roadmapId), (roadmap) => roadmap && withEvents(roadmap, batch));
  const cover = before && unseen.map(coverOf).findLast((one) => one !== null);
  if (cover) arrived(client, cover);
  afterwards(client, taskId, roadmapId, unseen);
}

function afterwards(
  client: QueryClient,
  taskId: string,
  roadmapId: string,
  unseen: readonly TaskEvent[],
): void {
  for (const event of unseen) {
    if (event.type === "concept_complete" && event.concept_id && event.content_type) {
      forget(event.concept_id, event.content_type);
      void client.invalidateQueries({ queryKey: keys.concept(roadmapId, event.concept_id) });
    }
  }
  if (unseen.some(changesPlan)) {
    void client.invalidateQueries({ queryKey: keys.roadmap(roadmapId), exact: true });
    void client.invalidateQueries({ queryKey: keys.history(roadmapId), exact: true });
  }
  if (unseen.some((event) => event.type === "progress" || isEnd(event))) {
    void client.invalidateQueries({ queryKey: keys.task(taskId) });
    void client.invalidateQueries({ queryKey: keys.steps(taskId) });
  }
  if (unseen.some((event) => isEnd(event) || event.type === "retried")) {
    void client.invalidateQueries({ queryKey: keys.activeTasks(roadmapId) });
    void client.invalidateQueries({ queryKey: keys.tasks() });
    void client.invalidateQueries({ queryKey: keys.roadmaps() });
  }
}

const PLAN_STEPS = ["curriculum_design", "structure_validation", "roadmap_edit"];

function changesPlan(event: TaskEvent): boolean {
  if (event.type === "human_review_required" || event.type === "concepts_changed" || isEnd(event))
    return true;
  if (event.type !== "progress" || !event.step) return false;
  return PLAN_STEPS.includes(event.step) || event.step === "content_generation_queued";
}

function isEnd(event: TaskEvent): boolean {
  return ["completed", "partial_failure", "failed", "cancelled"].includes(event.type);
}

/** A task, live: its row, its log, and how the connection is. An ended one is followed until its log is here
 * whole: its row may tell of the end before the socket does. */
export function useTask(taskId: string) {
  const client = useQueryClient();
  const task = useQuery(taskQuery(taskId));
  const log = useLog(taskId);
  const goesOn = task.data && (!isTerminal(task.data.status) || log.state.lastSeq < task.data.last_seq);
  useEffect(() => (goesOn ? join(client, taskId) : undefined), [client, taskId, goesOn]);
  return { task, log, link: useLink(taskId) };
}

/** The events of a task that this tab has seen; complete from 1 on while it is followed. */
export function useLog(taskId: string): Log {
  return (
    useQuery<Log>({ queryKey: keys.log(taskId), queryFn: skipToken, staleTime: Number.POSITIVE_INFINITY })
      .data ?? EMPTY_LOG
  );
}

export function useLink(taskId: string): Link {
  return useQuery<Link>({ queryKey: ["link", taskId], queryFn: skipToken }).data ?? "ended";
}

/** Follows the tasks of a list that are at work, if the person wants to be told: a list alone is not asked for
 * again while nobody looks. */
export function useToldOf(tasks: readonly TaskSummary[]): void {
  const wanted = usePermission() === "granted";
  const atWork = tasks.filter((task) => wanted && isAtWork(task.status)).slice(0, MOST_FOLLOWED);
  useFollowed(atWork.map((task) => task.task_id));
}

const MOST_FOLLOWED = 8;

function useFollowed(taskIds: readonly string[]): void {
  const client = useQueryClient();
  const ids = taskIds.toSorted().join(" ");
  useEffect(() => {
    const leave = ids
      .split(" ")
      .filter(Boolean)
      .map((id) => join(client, id));
    return () => {
      for (const one of leave) one();
    };
  }, [client, ids]);
}

/** A roadmap, live: every task that works on it is followed. */
export function useRoadmap(roadmapId: string) {
  const roadmap = useQuery(roadmapQuery(roadmapId));
  const active = useQuery(activeTasksQuery(roadmapId));
  useFollowed((active.data?.active_tasks ?? []).map((one) => one.task_id));
  return roadmap;
}
