import { at } from "../api/base";
import { signedOut } from "../api/session";
import { isPassing, isTaskEvent, type Passing, type TaskEvent } from "./event";

export type Link = "connecting" | "live" | "waiting" | "ended";

export interface Listener {
  events(batch: readonly TaskEvent[]): void;
  passing(one: Passing): void;
  link(state: Link): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** How long to wait before the nth try (0, 1, …), in ms, with jitter. */
export function backOff(tries: number, random: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries) * (0.5 + random / 2);
}

/**
 * Follows one task's log from `afterSeq` on: each event once, in order, over one WebSocket that comes back
 * after every loss with the last number it has. Events are handed over in batches, one a frame.
 * The answer ends it.
 */
export function follow(taskId: string, afterSeq: number, listener: Listener): () => void {
  let lastSeq = afterSeq;
  let tries = 0;
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let flushing: ReturnType<typeof setTimeout> | undefined;
  let waiting: TaskEvent[] = [];
  let ended = false;

  function flush(): void {
    flushing = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) listener.events(batch);
  }

  function received(message: unknown): void {
    if (isPassing(message)) {
      listener.passing(message);
    } else if (isTaskEvent(message)) {
      if (message.seq <= lastSeq) return;
      if (message.seq > lastSeq + 1) {
        lost();
        return;
      }
      lastSeq = message.seq;
      waiting.push(message);
      flushing ??= setTimeout(flush, 50);
    } else if (isClosing(message)) {
      flush();
      stop();
    }
  }

  function connect(): void {
    clearTimeout(timer);
    if (ended || socket || !navigator.onLine) return;
    listener.link("connecting");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const path = at(`/api/v1/ws/${taskId}?after_seq=${lastSeq}`);
    const mine = new WebSocket(`${scheme}//${location.host}${path}`);
    socket = mine;
    mine.onmessage = (frame) => {
      if (mine !== socket) return;
      tries = 0;
      listener.link("live");
      received(JSON.parse(String(frame.data)));
    };
    mine.onclose = (closed) => {
      if (mine !== socket) return;
      if (closed.code === 1008) refused(closed.reason);
      else lost();
    };
  }

  function refused(reason: string): void {
    stop();
    if (reason === "unauthorized" || reason === "signed_out") signedOut();
  }

  function lost(): void {
    drop();
    if (ended) return;
    listener.link("waiting");
    timer = setTimeout(connect, backOff(tries, Math.random()));
    tries += 1;
  }

  function drop(): void {
    const mine = socket;
    socket = null;
    mine?.close();
  }

  function offline(): void {
    drop();
    clearTimeout(timer);
    listener.link("waiting");
  }

  function online(): void {
    tries = 0;
    connect();
  }

  function stop(): void {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    clearTimeout(flushing);
    removeEventListener("online", online);
    removeEventListener("offline", offline);
    drop();
    listener.link("ended");
  }

  addEventListener("online", online);
  addEventListener("offline", offline);
  connect();
  return stop;
}

function isClosing(message: unknown): boolean {
  return typeof message === "object" && message !== null && "type" in message && message.type === "closing";
}
