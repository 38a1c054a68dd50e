import { expect, test } from "vitest";
import { offsetAfter } from "./paging";

test("when the last row of the last page goes, the page before it is shown", () => {
  expect(offsetAfter(24, 24, 24)).toBe(0);
  expect(offsetAfter(48, 24, 48)).toBe(24);
  expect(offsetAfter(0, 24, 0)).toBe(0);
});

test("a page that still has rows stays where it is", () => {
  expect(offsetAfter(24, 24, 30)).toBe(24);
  expect(offsetAfter(0, 24, 30)).toBe(0);
});
