import { expect, test } from "vitest";
import { inOrder, neededBy, neighbours, nextToLearn, pathTo } from "./order";

const place = (id: string, ...prerequisites: string[]) => ({
  concept_id: id,
  name: id,
  estimated_hours: 1,
  prerequisites,
});

const tree = {
  stages: [
    {
      stage_id: "s1",
      name: "",
      modules: [
        { module_id: "m1", name: "", concepts: [place("a"), place("b", "a")] },
        { module_id: "m2", name: "", concepts: [place("c", "a")] },
      ],
    },
    {
      stage_id: "s2",
      name: "",
      modules: [{ module_id: "m3", name: "", concepts: [place("d", "b", "c"), place("e")] }],
    },
  ],
};
const all = inOrder(tree);

test("the learning order is the reading order", () => {
  expect(all.map((one) => one.concept_id)).toEqual(["a", "b", "c", "d", "e"]);
  expect(inOrder(null)).toEqual([]);
});

test("every concept knows what stands before and after it", () => {
  const middle = neighbours(all, "c");
  expect([middle.previous?.concept_id, middle.next?.concept_id, middle.index]).toEqual(["b", "d", 2]);
  expect(neighbours(all, "a").previous).toBeUndefined();
  expect(neighbours(all, "e").next).toBeUndefined();
  expect(neighbours(all, "gone")).toEqual({ index: -1, total: 5, previous: undefined, next: undefined });
});

test("next comes what follows and can be learned already", () => {
  expect(nextToLearn(all, new Set())?.concept_id).toBe("a");
  expect(nextToLearn(all, new Set(["a"]), "a")?.concept_id).toBe("b");
  expect(nextToLearn(all, new Set(["a", "c"]), "c")?.concept_id).toBe("e");
});

test("a concept whose prerequisites are not learned is suggested only when nothing else is left", () => {
  const chain = [place("x", "y"), place("y", "x")];
  expect(nextToLearn(chain, new Set())?.concept_id).toBe("x");
});

test("after the last concept the way begins where something was skipped", () => {
  expect(nextToLearn(all, new Set(["a", "c", "e"]), "e")?.concept_id).toBe("b");
});

test("nothing comes next when all is learned, and never the concept itself", () => {
  expect(nextToLearn(all, new Set(["a", "b", "c", "d", "e"]))).toBeUndefined();
  expect(nextToLearn(all, new Set(["b", "c", "d", "e"]), "a")).toBeUndefined();
});

test("a prerequisite that left the plan holds nobody up", () => {
  expect(nextToLearn([place("x", "left"), place("y")], new Set())?.concept_id).toBe("x");
});

test("the way to a concept is all it builds on, and itself", () => {
  expect([...pathTo(all, "d")].sort()).toEqual(["a", "b", "c", "d"]);
  expect(pathTo(all, null).size).toBe(0);
  expect(pathTo(all, "gone").size).toBe(0);
});

test("a circle of prerequisites does not hang the map", () => {
  expect(pathTo([place("x", "y"), place("y", "x")], "x").size).toBe(2);
});

test("a concept tells what it leads to", () => {
  expect(neededBy(all, "a").map((one) => one.concept_id)).toEqual(["b", "c"]);
});
