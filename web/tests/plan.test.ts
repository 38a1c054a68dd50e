import { describe, expect, test } from "vitest";
import { toldChanges } from "../src/features/review/diff";
import { begin, changed, redone, undone } from "../src/features/review/history";
import {
  conceptsOf,
  emptyConcept,
  moved,
  type Plan,
  removed,
  renamed,
  sentOf,
  shifted,
  stepped,
  withConcept,
  withHours,
  withPrerequisites,
  withStage,
} from "../src/features/review/plan";
import { brokenRules, totalsOf } from "../src/features/review/rules";

/** Two stages; modules m1 (a, b), m2 (c), m3 (d); b needs a, c needs b, d needs c. */
function aPlan(): Plan {
  const concept = (id: string, ...prerequisites: string[]) => ({
    ...emptyConcept(id, id.toUpperCase()),
    prerequisites,
  });
  const module = (id: string, ...concepts: ReturnType<typeof concept>[]) => ({
    id,
    name: id,
    description: "",
    concepts,
  });
  const modules = [module("m1", concept("a"), concept("b", "a")), module("m2", concept("c", "b"))];
  return {
    title: "Bread",
    leftOut: [],
    stages: [
      { id: "s1", name: "One", description: "", modules },
      { id: "s2", name: "Two", description: "", modules: [module("m3", concept("d", "c"))] },
    ],
  };
}

const order = (plan: Plan) =>
  conceptsOf(plan)
    .map((one) => one.id)
    .join("");
const modules = (plan: Plan) =>
  plan.stages.map((stage) =>
    stage.modules.map((module) => module.concepts.map((one) => one.id).join("")).join(","),
  );

describe("moving", () => {
  test("one step up or down, over the edge of a module and of a stage", () => {
    expect(modules(stepped(aPlan(), "b", -1))).toEqual(["ba,c", "d"]);
    expect(modules(stepped(aPlan(), "b", 1))).toEqual(["a,bc", "d"]);
    expect(modules(stepped(aPlan(), "d", -1))).toEqual(["ab,cd", ""]);
  });

  test("not past the ends", () => {
    const plan = aPlan();
    expect(order(stepped(plan, "a", -1))).toBe("abcd");
    expect(order(stepped(plan, "d", 1))).toBe("abcd");
  });

  test("to a place in another module; a place that is not there changes nothing", () => {
    expect(modules(moved(aPlan(), "d", "m1", 1))).toEqual(["adb,c", ""]);
    const plan = aPlan();
    expect(moved(plan, "d", "nowhere", 0)).toBe(plan);
    expect(moved(plan, "nobody", "m1", 0)).toBe(plan);
  });

  test("stages and modules among their own kind", () => {
    expect(modules(shifted(aPlan(), "s2", -1))).toEqual(["d", "ab,c"]);
    expect(modules(shifted(aPlan(), "m2", -1))).toEqual(["c,ab", "d"]);
    expect(order(shifted(aPlan(), "m1", -1))).toBe("abcd");
  });
});

describe("changing", () => {
  test("a deleted concept is needed by nothing any more", () => {
    const plan = removed(aPlan(), "b");
    expect(order(plan)).toBe("acd");
    expect(conceptsOf(plan)[1]?.prerequisites).toEqual([]);
    expect(brokenRules(removed(aPlan(), "m1"))).toEqual([]);
  });

  test("what is new has an id of its own, and never an empty parent", () => {
    const [one, first] = withConcept(aPlan(), "m1", "New");
    const [two, second] = withConcept(one, "m1", "Newer");
    expect(first).not.toBe(second);
    expect(brokenRules(withStage(two, "Stage", "Module", "Concept")[0])).toEqual([]);
  });

  test("an edited plan is sent whole, with names trimmed", () => {
    const sent = sentOf(renamed(aPlan(), "a", "  Flour  "));
    expect(sent.stages[0]?.modules?.[0]?.concepts?.[0]).toMatchObject({ concept_id: "a", name: "Flour" });
    expect(sent.stages[1]?.modules?.[0]?.concepts?.[0]?.prerequisites).toEqual(["c"]);
  });
});

describe("rules", () => {
  test("a sound plan breaks none", () => expect(brokenRules(aPlan())).toEqual([]));

  test("R1: what is needed must be there", () => {
    expect(brokenRules(withPrerequisites(aPlan(), "a", ["zzz"]))).toEqual([{ id: "a", rule: "unknown" }]);
  });

  test("R2: a circle is told at every concept in it, also one of itself", () => {
    const circle = brokenRules(withPrerequisites(aPlan(), "a", ["c"]));
    expect(circle.map((one) => [one.id, one.rule])).toEqual([
      ["a", "circle"],
      ["b", "circle"],
      ["c", "circle"],
    ]);
    expect(brokenRules(withPrerequisites(aPlan(), "a", ["a"]))[0]?.rule).toBe("circle");
  });

  test("R3: what is needed comes before, whichever way it was moved", () => {
    expect(brokenRules(stepped(aPlan(), "b", -1))).toEqual([{ id: "b", rule: "later", other: "A" }]);
    expect(brokenRules(shifted(aPlan(), "s2", -1))).toEqual([{ id: "d", rule: "later", other: "C" }]);
  });

  test("names, hours and parents as the server wants them", () => {
    const rules = (plan: Plan) => brokenRules(plan).map((one) => one.rule);
    expect(rules(renamed(aPlan(), "s1", "  "))).toEqual(["noName"]);
    for (const hours of [0, 0.2, 8.25, Number.NaN])
      expect(rules(withHours(aPlan(), "a", hours))).toEqual(["hours"]);
    for (const hours of [0.25, 8]) expect(rules(withHours(aPlan(), "a", hours))).toEqual([]);
    expect(rules(removed(aPlan(), "d"))).toEqual(["emptyModule"]);
    expect(rules({ ...aPlan(), stages: [] })).toEqual(["noStage"]);
    let many = aPlan();
    for (let count = 0; count < 197; count += 1) many = withConcept(many, "m3", "More")[0];
    expect(rules(many)).toEqual(["tooMany"]);
  });

  test("weeks follow the hours at the pace there was", () => {
    const before = { hours: 4, weeks: 2 };
    expect(totalsOf(aPlan(), before)).toEqual({ concepts: 4, hours: 4, weeks: 2, pace: 2 });
    expect(totalsOf(withHours(aPlan(), "a", 3), before)).toMatchObject({ hours: 6, weeks: 3, pace: 2 });
  });
});

test("undo and redo walk through the changes; typing in one field is one step; a new change ends redo", () => {
  let history = begin("");
  for (const text of ["F", "Fl", "Flo"]) history = changed(history, text, "name a");
  history = changed(history, "moved");
  expect(undone(history).present).toBe("Flo");
  expect(undone(undone(history)).present).toBe("");
  expect(redone(undone(history)).present).toBe("moved");
  expect(redone(changed(undone(history), "else")).present).toBe("else");
  expect(undone(begin("x")).present).toBe("x");
});

test("a diff reads as what happened to which node, with names for ids", () => {
  const names = new Map([
    ["c1", "Flour"],
    ["c2", "Water"],
  ]);
  const path = "stages/s1/modules/m1/concepts/c1";
  const told = toldChanges(
    [
      { op: "add", node_id: "c9", path: "stages/s1/modules/m1/concepts/c9", after: { name: "Salt" } },
      { op: "remove", node_id: "m2", path: "stages/s1/modules/m2", before: { name: "Old" } },
      { op: "move", node_id: "c1", path, before: 0, after: 2 },
      { op: "update", node_id: "c1", path: `${path}/name`, before: "Flower", after: "Flour" },
      { op: "update", node_id: "c1", path: `${path}/prerequisites`, before: ["c8"], after: ["c2"] },
      { op: "remove", node_id: "c8", path: "stages/s1/modules/m1/concepts/c8", before: { name: "Oil" } },
      { op: "update", node_id: "r", path: "title", before: "A", after: "B" },
    ],
    names,
  );
  expect(told.map((one) => [one.kind, one.node, one.name])).toEqual([
    ["added", "concept", "Salt"],
    ["removed", "module", "Old"],
    ["moved", "concept", "Flour"],
    ["renamed", "concept", "Flour"],
    ["changed", "concept", "Flour"],
    ["removed", "concept", "Oil"],
    ["renamed", "roadmap", ""],
  ]);
  expect(told[4]).toMatchObject({ field: "prerequisites", before: "Oil", after: "Water" });
});
