import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backOff, follow } from "../src/events/socket";

/** Stands in for the browser's socket: the test is the server. */
class Wire {
  static all: Wire[] = [];
  onmessage: ((frame: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly url: string;
  closed = false;

  constructor(url: string) {
    this.url = url;
    Wire.all.push(this);
  }

  close() {
    this.closed = true;
  }

  says(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  breaks(code = 1006) {
    this.onclose?.({ code });
  }
}

function event(seq: number) {
  return { type: "concept_start", seq, task_id: "t", roadmap_id: "r", timestamp: "", message: "" };
}

function listen(afterSeq = 0) {
  const heard: number[] = [];
  const links: string[] = [];
  const stop = follow("t", afterSeq, {
    events: (batch) => heard.push(...batch.map((one) => one.seq)),
    passing: () => undefined,
    link: (state) => links.push(state),
  });
  return { heard, links, stop };
}

beforeEach(() => {
  Wire.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Wire);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const wire = (at: number) => Wire.all[at] ?? new Wire("missing");

test("a lost socket comes back with the last number it has, and nothing is heard twice", () => {
  const { heard, stop } = listen();
  for (const seq of [1, 2, 2, 3]) wire(0).says(event(seq));
  wire(0).breaks();
  vi.advanceTimersByTime(1000);
  expect(wire(1).url).toContain("after_seq=3");
  for (const seq of [3, 4]) wire(1).says(event(seq));
  vi.advanceTimersByTime(100);
  expect(heard).toEqual([1, 2, 3, 4]);
  stop();
});

test("a gap is not believed: the socket is opened again from before it", () => {
  const { heard, stop } = listen(5);
  wire(0).says(event(6));
  wire(0).says(event(8));
  vi.advanceTimersByTime(1000);
  expect(heard).toEqual([6]);
  expect(wire(0).closed).toBe(true);
  expect(wire(1).url).toContain("after_seq=6");
  stop();
});

test("a burst is handed over in one batch", () => {
  const batches: number[] = [];
  const listener = {
    events: (batch: readonly unknown[]) => batches.push(batch.length),
    passing() {},
    link() {},
  };
  const stop = follow("t", 0, listener);
  for (let seq = 1; seq <= 300; seq += 1) wire(0).says(event(seq));
  vi.advanceTimersByTime(100);
  expect(batches).toEqual([300]);
  stop();
});

test("after the end of the log, and after a refusal, it stays closed", () => {
  const first = listen();
  wire(0).says(event(1));
  wire(0).says({ type: "closing", reason: "completed" });
  wire(0).breaks(1000);
  expect(first.heard).toEqual([1]);
  expect(first.links.at(-1)).toBe("ended");
  const second = listen();
  wire(1).breaks(1008);
  expect(second.links.at(-1)).toBe("ended");
  vi.advanceTimersByTime(60_000);
  expect(Wire.all.length).toBe(2);
});

test("offline it waits, online it comes back at once", () => {
  const { links, stop } = listen();
  const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  dispatchEvent(new Event("offline"));
  vi.advanceTimersByTime(60_000);
  expect(Wire.all.length).toBe(1);
  expect(links.at(-1)).toBe("waiting");
  online.mockReturnValue(true);
  dispatchEvent(new Event("online"));
  expect(Wire.all.length).toBe(2);
  stop();
});

test("a page that is opened offline waits for the connection", () => {
  const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const { stop } = listen();
  expect(Wire.all.length).toBe(0);
  online.mockReturnValue(true);
  dispatchEvent(new Event("online"));
  expect(Wire.all.length).toBe(1);
  stop();
});

test("waits grow to a quarter of a minute and no further", () => {
  expect(backOff(0, 1)).toBe(500);
  expect(backOff(3, 1)).toBe(4000);
  expect(backOff(30, 1)).toBe(15_000);
  expect(backOff(30, 0)).toBe(7500);
});
