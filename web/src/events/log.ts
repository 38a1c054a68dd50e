import type { QueryClient } from "@tanstack/react-query";
import type { TaskEvent } from "./event";
import { type Folded, fold, NOTHING_YET } from "./fold";

/** What is known of a task's log: its events from 1 on, and what they fold to. */
export interface Log {
  events: readonly TaskEvent[];
  state: Folded;
}

export const EMPTY_LOG: Log = { events: [], state: NOTHING_YET };

export function withBatch(log: Log, batch: readonly TaskEvent[]): Log {
  const fresh = batch.filter((event) => event.seq > log.state.lastSeq);
  if (fresh.length === 0) return log;
  return { events: [...log.events, ...fresh], state: fold(log.state, fresh) };
}

export function logOf(client: QueryClient, taskId: string): Log {
  return client.getQueryData<Log>(["log", taskId]) ?? EMPTY_LOG;
}
