import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Task } from "../src/api/types";
import type { TaskEvent } from "../src/events/event";
import { fold, NOTHING_YET, statusOf } from "../src/events/fold";
import { stationsOf } from "../src/features/task/flow";
import { minutesLeft, overallPercentage, shownPercentage } from "../src/features/task/share";

const { events, task }: { events: TaskEvent[]; task: Task } = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures/turns.json"), "utf8"),
);

function taskAt(seq: number): Task {
  const state = fold(NOTHING_YET, events.slice(0, seq));
  return {
    ...task,
    status: statusOf(state),
    current_step: state.currentStep,
    progress: null,
    stopped_at_step: null,
  };
}

test("the percentage never jumps back but for a retry or a hand edit", () => {
  let before = 0;
  let falls = 0;
  for (let seq = 1; seq <= events.length; seq += 1) {
    const now = shownPercentage(taskAt(seq), events.slice(0, seq));
    if (now < before) {
      falls += 1;
      expect(["retried", "concepts_changed"]).toContain(events[seq - 1]?.type);
    }
    before = now;
  }
  expect(before).toBe(100);
  expect(falls).toBeGreaterThan(0);
});

test("100 comes only with the end", () => {
  for (let seq = 1; seq <= events.length; seq += 1) {
    const at = taskAt(seq);
    const ended = at.status === "completed" || at.status === "partial_failure";
    expect(shownPercentage(at, events.slice(0, seq)) === 100).toBe(ended);
  }
});

test("without a log the row tells the percentage, and a task that stopped keeps its place", () => {
  const base = { ...task, progress: null };
  expect(overallPercentage({ ...base, status: "processing", current_step: "human_review" })).toBe(20);
  expect(
    overallPercentage({
      ...base,
      status: "failed",
      current_step: "failed",
      stopped_at_step: "curriculum_design",
    }),
  ).toBe(6);
  const half = { completed: 15, failed: 0, generating: 0, pending: 15, total: 30, percentage: 50 };
  expect(
    overallPercentage({ ...base, status: "paused", current_step: "content_generation", progress: half }),
  ).toBe(59);
  expect(
    overallPercentage({
      ...base,
      task_type: "retry_batch",
      status: "processing",
      current_step: "content_generation",
      progress: half,
    }),
  ).toBe(49);
});

test("time left follows the pace of this run, and is not guessed from too little", () => {
  const at = (seq: number, type: TaskEvent["type"], second: number, current: number): TaskEvent => ({
    type,
    seq,
    task_id: "t",
    roadmap_id: "r",
    timestamp: new Date(second * 1000).toISOString(),
    message: "",
    step: type === "progress" ? "content_generation_queued" : undefined,
    progress: { current, total: 30, percentage: 0 },
  });
  const begun = at(1, "progress", 0, 6);
  expect(minutesLeft([begun, at(2, "concept_complete", 60, 8)], 60_000)).toBeNull();
  expect(minutesLeft([begun, at(2, "concept_complete", 60, 12)], 60_000)).toBeCloseTo(3);
  expect(minutesLeft([begun, at(2, "concept_complete", 60, 30)], 60_000)).toBeNull();
});

test("the way shows where the task is, where it failed, and that all of it is behind", () => {
  const states = (part: Partial<Task>) => stationsOf({ ...task, ...part }).map((one) => one.state);
  expect(states({ status: "processing", current_step: "structure_validation" })).toEqual([
    "done",
    "done",
    "current",
    "ahead",
    "ahead",
  ]);
  expect(
    states({
      status: "failed",
      current_step: "failed",
      stopped_at_step: "curriculum_design",
      progress: null,
    }),
  ).toEqual(["done", "failedHere", "ahead", "ahead", "ahead"]);
  expect(states({ status: "completed", current_step: "completed" })).toEqual(Array(5).fill("done"));
});
