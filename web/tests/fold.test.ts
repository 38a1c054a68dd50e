import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Roadmap, Task } from "../src/api/types";
import { withEvents, withLog } from "../src/events/apply";
import type { TaskEvent } from "../src/events/event";
import { countsOf, fold, NOTHING_YET, statusOf } from "../src/events/fold";
import { EMPTY_LOG, withBatch } from "../src/events/log";

/** Logs of real runs, with what the server's own fold and rows said at their end. */
interface Run {
  events: TaskEvent[];
  folded: {
    last_seq: number;
    status: string;
    current_step: string;
    progress: object | null;
    items: Record<string, string>;
  };
  task: Task;
  roadmap: Roadmap;
}

function run(name: string): Run {
  return JSON.parse(readFileSync(join(import.meta.dirname, `fixtures/${name}.json`), "utf8"));
}

/** `key`: a wrong key; `partial`: a wish, a hand edit, a pause, refused quizzes; `turns`: that, then retry, stop, retry. */
const RUNS = ["key", "partial", "turns"];

describe.each(RUNS)("the log of %s", (name) => {
  const { events, folded, task, roadmap } = run(name);

  test("folds to what the server's fold says", () => {
    const state = fold(NOTHING_YET, events);
    expect(state.lastSeq).toBe(folded.last_seq);
    expect(statusOf(state)).toBe(folded.status);
    expect(state.currentStep).toBe(folded.current_step);
    expect(state.progress).toEqual(folded.progress);
    expect(Object.fromEntries(state.items)).toEqual(folded.items);
  });

  test("folds to the task's row", () => {
    const state = fold(NOTHING_YET, events);
    expect(statusOf(state)).toBe(task.status);
    expect(countsOf(state)).toEqual(task.progress);
  });

  test("is the same in one batch, in many, and with every batch heard twice", () => {
    const whole = fold(NOTHING_YET, events);
    let log = EMPTY_LOG;
    for (let at = 0; at < events.length; at += 7) {
      log = withBatch(withBatch(log, events.slice(0, at + 7)), events.slice(Math.max(0, at - 3), at + 7));
    }
    expect(log.state).toEqual(whole);
    expect(log.events.map((event) => event.seq)).toEqual(events.map((event) => event.seq));
  });

  test("changes nothing when it is heard again", () => {
    const state = fold(NOTHING_YET, events);
    expect(fold(state, events)).toBe(state);
  });

  test("makes an old task answer the newest one, and takes nothing back from it", () => {
    const log = withBatch(EMPTY_LOG, events);
    const old: Task = { ...task, last_seq: 1, status: "pending", progress: null, error: null };
    const caught = withLog(old, log.state, log.events);
    expect(caught.status).toBe(task.status);
    expect(caught.progress).toEqual(task.progress);
    expect(caught.error?.code).toBe(task.error?.code);
    expect(withLog(task, log.state, log.events)).toBe(task);
  });

  test("makes an old roadmap answer the newest one", () => {
    const waiting = JSON.parse(JSON.stringify(roadmap), (key, value) =>
      /^(content|resources|quiz|overall)_status$/.test(key) ? "pending" : value,
    );
    const caught = withEvents({ ...waiting, as_of: {} }, events);
    const statuses = (one: Roadmap) => JSON.stringify(one.framework).match(/"\w+_status":"\w+"/g);
    expect(statuses(caught)).toEqual(statuses(roadmap));
    expect(caught.progress).toEqual(roadmap.progress);
    expect(withEvents(caught, events)).toBe(caught);
  });
});

test("events that a roadmap answer has seen change nothing, those of its other tasks do", () => {
  const { events, roadmap } = run("turns");
  const seen = { ...roadmap, as_of: { [events[0]?.task_id ?? ""]: events.length } };
  expect(withEvents(seen, events)).toBe(seen);
  const concept = roadmap.framework?.stages[0]?.modules[0]?.concepts[0];
  const event: TaskEvent = {
    type: "concept_start",
    seq: 3,
    task_id: "another",
    roadmap_id: roadmap.roadmap_id,
    timestamp: "2026-11-22T03:00:00Z",
    message: "",
    concept_id: concept?.concept_id,
    content_type: "quiz",
  };
  const next = withEvents(seen, [event]);
  expect(next.framework?.stages[0]?.modules[0]?.concepts[0]?.quiz_status).toBe("generating");
  expect(next.framework?.stages[0]?.modules[0]?.concepts[0]?.overall_status).toBe("generating");
  expect(next.framework?.stages[1]).toBe(roadmap.framework?.stages[1]);
});

test("a task under review knows its version and its questions from the log alone", () => {
  const event: TaskEvent = {
    type: "human_review_required",
    seq: 1,
    task_id: "t",
    roadmap_id: "r",
    timestamp: "2026-11-22T03:00:00Z",
    message: "",
    step: "intent_analysis",
    data: { version: 0, questions: [{ question_id: "q1", question: "The game or the language?" }] },
  };
  const log = withBatch(EMPTY_LOG, [event]);
  const task = withLog(
    { ...run("key").task, last_seq: 0, status: "processing", error: null },
    log.state,
    log.events,
  );
  expect(task.status).toBe("human_review_pending");
  expect(task.version).toBe(0);
  expect(task.data?.questions?.[0]?.question_id).toBe("q1");
  const answered: TaskEvent = { ...event, type: "progress", seq: 2, status: "processing" };
  const later = withBatch(log, [answered]);
  expect(withLog(task, later.state, later.events)).toMatchObject({ version: null, data: null });
});

test("a task that was paused, stopped and taken up again is not paused any more", () => {
  const types = ["paused", "cancelled", "retried"] as const;
  const events = types.map((type, index): TaskEvent => {
    return { type, seq: index + 1, task_id: "t", roadmap_id: "r", timestamp: "", message: "" };
  });
  expect(statusOf(fold(NOTHING_YET, events.slice(0, 1)))).toBe("paused");
  expect(statusOf(fold(NOTHING_YET, events))).toBe("pending");
});

test("a step that ends is not a step that begins, and a part that waits again waits", () => {
  const base = { task_id: "t", roadmap_id: "r", timestamp: "", message: "" };
  const asked: TaskEvent = { ...base, type: "human_review_required", seq: 1, step: "human_review" };
  const ended: TaskEvent = {
    ...base,
    type: "progress",
    seq: 2,
    step: "structure_validation",
    status: "completed",
  };
  const state = fold(NOTHING_YET, [asked, ended]);
  expect([statusOf(state), state.currentStep]).toEqual(["human_review_pending", "human_review"]);
  const item = { concept_id: "c", content_type: "quiz" } as const;
  const start: TaskEvent = { ...base, ...item, type: "concept_start", seq: 3 };
  const again: TaskEvent = { ...base, ...item, type: "concept_requeued", seq: 4 };
  expect([...fold(state, [start]).items.values()]).toEqual(["generating"]);
  expect([...fold(state, [start, again]).items.values()]).toEqual(["pending"]);
});

test("parts that no event has spoken of yet wait", () => {
  const { events } = run("partial");
  const begun = events.findIndex((event) => event.type === "concept_start") + 1;
  const { progress } = events[begun - 2] ?? {};
  expect(countsOf(fold(NOTHING_YET, events.slice(0, begun)))).toEqual({
    completed: 0,
    failed: 0,
    generating: 1,
    pending: 29,
    total: 30,
    percentage: progress?.percentage,
  });
});
