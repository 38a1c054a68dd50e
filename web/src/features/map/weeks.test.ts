import { expect, test } from "vitest";
import { paceOf, requiredHours, weekPlan, weekSpans } from "./weeks";

const place = (id: string, hours: number, optional = false) => ({
  concept_id: id,
  name: id,
  estimated_hours: hours,
  optional,
});
const tree = (weeks: number, ...concepts: ReturnType<typeof place>[]) => ({
  recommended_completion_weeks: weeks,
  stages: [{ stage_id: "s", name: "", modules: [{ module_id: "m", name: "", concepts }] }],
});

test("the pace makes the required hours fit the recommended weeks", () => {
  expect(paceOf(tree(8, place("a", 23), place("b", 23)))).toBe(5.75);
  expect(paceOf(tree(9, place("a", 45)))).toBe(5);
  expect(paceOf(tree(3, place("a", 10), place("b", 50, true)))).toBe(3.5);
});

test("the pace is never nothing, also without hours or weeks", () => {
  expect(paceOf(tree(4))).toBe(0.25);
  expect(paceOf(tree(0, place("a", 2)))).toBe(2);
});

test("at its own pace a plan takes the recommended weeks", () => {
  const concepts = Array.from({ length: 30 }, (_, index) => place(`c${index}`, 1.5));
  expect(weekPlan(concepts, paceOf(tree(9, ...concepts)))).toHaveLength(9);
});

test("a concept that does not fit goes on in the next week", () => {
  const weeks = weekPlan([place("a", 2), place("b", 3)], 4);
  const read = weeks.map((week) => week.entries.map((e) => [e.concept.concept_id, e.hours, e.continued]));
  expect(read).toEqual([
    [
      ["a", 2, false],
      ["b", 2, false],
    ],
    [["b", 1, true]],
  ]);
  expect(weekSpans(weeks).get("b")).toEqual([1, 2]);
});

test("no week holds more than its hours, and all hours are there", () => {
  const concepts = [0.25, 8, 1.75, 2.5, 0.5, 4, 3.25].map((hours, index) => place(`c${index}`, hours));
  for (const pace of [0.25, 1, 2.75, 5, 40]) {
    const weeks = weekPlan(concepts, pace);
    expect(Math.max(...weeks.map((week) => week.hours))).toBeLessThanOrEqual(pace);
    const sum = weeks.reduce((total, week) => total + week.hours, 0);
    expect(sum).toBeCloseTo(requiredHours(concepts), 6);
    expect(weeks.map((week) => week.number)).toEqual(weeks.map((_, index) => index + 1));
  }
});

test("an optional concept stands in its week and takes no hours of it", () => {
  const weeks = weekPlan([place("a", 2), place("extra", 9, true), place("b", 2)], 2);
  expect(weeks.map((week) => [week.hours, week.entries.length])).toEqual([
    [2, 1],
    [2, 2],
  ]);
});

test("hours that are no number count as nothing", () => {
  expect(weekPlan([place("a", Number.NaN), place("b", -2), place("c", 1)], 5)).toHaveLength(1);
});
