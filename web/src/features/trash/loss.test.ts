import { expect, test } from "vitest";
import { lossOf } from "./loss";

const learned = { completed: 3, total: 9 };

test("what goes for good is every finished item and every learned concept", () => {
  const progress = { completed: 14, failed: 1, generating: 0, pending: 12, total: 27, percentage: 55 };
  expect(lossOf({ progress, learned })).toEqual({ texts: 14, learned: 3 });
});

test("a roadmap that never came to be written loses no text", () => {
  expect(lossOf({ progress: null, learned: { completed: 0, total: 0 } })).toEqual({ texts: 0, learned: 0 });
});
