import { expect, test } from "vitest";
import { draftIn } from "./kept";
import { dayOf, draftFrom, wrongs } from "./order";

const draft = { ...draftFrom(undefined, "Play the piano", "en"), context: "I own one" };
const kept = { owner: "ann", begun: "", draft };

test("a form that was left is found again", () => {
  expect(draftIn(JSON.parse(JSON.stringify(kept)), "ann", "")).toEqual(draft);
});

test("it is found by whoever left it and by nobody else", () => {
  expect(draftIn(kept, "ben", "")).toBeNull();
});

test("who comes with another goal begins anew; loading the same page again does not", () => {
  expect(draftIn(kept, "ann", "Bake bread")).toBeNull();
  const edited = { ...kept, begun: "Bake bread", draft: { ...draft, goal: "Bake rye bread" } };
  expect(draftIn(edited, "ann", "Bake bread")?.goal).toBe("Bake rye bread");
});

test.each([
  null,
  3,
  "x",
  {},
  { ...kept, draft: { ...draft, size: "vast" } },
  { ...kept, draft: { goal: "x" } },
])("what this form could not show is left out: %j", (odd) => expect(draftIn(odd, "ann", "")).toBeNull());

test("a day is over when it is over where the person is", () => {
  expect(dayOf(new Date(2026, 10, 22, 0, 30))).toBe("2026-11-22");
  expect(dayOf(new Date(2026, 0, 2, 23, 30))).toBe("2026-01-02");
  const tonight = dayOf(new Date(2026, 10, 22, 23, 30));
  expect(wrongs({ ...draft, deadline: "2026-11-22" }, tonight).deadline).toBe(true);
  expect(wrongs({ ...draft, deadline: "2026-11-23" }, tonight).deadline).toBeUndefined();
});
