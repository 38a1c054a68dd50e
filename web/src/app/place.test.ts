import { expect, test } from "vitest";
import { listPlace, tasksPlace } from "./place";

test("an address says where one is in a list", () => {
  expect(tasksPlace({ q: "bread", page: 3, status: "failed" })).toEqual({
    q: "bread",
    page: 3,
    status: "failed",
  });
});

test("a number that is searched for is a word", () => {
  expect(listPlace({ q: 2026 })).toEqual({ q: "2026" });
});

test.each([
  {},
  { page: 1 },
  { page: -2 },
  { page: 1.5 },
  { page: "x" },
  { q: "" },
  { q: {} },
  { status: "odd" },
])("what says nothing leads to the beginning: %j", (search) => expect(tasksPlace(search)).toEqual({}));
