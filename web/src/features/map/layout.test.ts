import { expect, test } from "vitest";
import { COLUMN, layOut, ranked, trails } from "./layout";

const place = (id: string, ...prerequisites: string[]) => ({
  concept_id: id,
  name: id,
  estimated_hours: 1,
  prerequisites,
});
const module = (id: string, ...concepts: ReturnType<typeof place>[]) => ({
  module_id: id,
  name: id,
  concepts,
});
const stage = (id: string, ...modules: ReturnType<typeof module>[]) => ({ stage_id: id, name: id, modules });

function chain(stages: number, modules: number, concepts: number) {
  let before: string[] = [];
  const next = (id: string) => {
    const made = place(id, ...before);
    before = [id];
    return made;
  };
  const range = (n: number) => Array.from({ length: n }, (_, index) => index);
  return {
    stages: range(stages).map((s) =>
      stage(
        `s${s}`,
        ...range(modules).map((m) =>
          module(`m${s}${m}`, ...range(concepts).map((c) => next(`c${s}${m}${c}`))),
        ),
      ),
    ),
  };
}

test("every prerequisite is one line, and where none says what comes next the order does", () => {
  const lines = trails([place("a"), place("b", "a"), place("c", "a"), place("d", "c", "b", "c")]);
  expect(lines.map((line) => `${line.id} ${line.kind}`)).toEqual([
    "a>b way",
    "b>c then",
    "a>c needs",
    "c>d way",
    "b>d needs",
  ]);
});

test("a prerequisite that is not on the map, or is the concept itself, draws no line", () => {
  expect(trails([place("a", "gone", "a")])).toEqual([]);
});

test("a concept stands in a later column than what it needs", () => {
  const { cells } = ranked(module("m", place("a"), place("b", "a"), place("c", "a"), place("d", "b", "c")));
  const column = (id: string) => cells.get(id)?.[0] ?? -1;
  expect([column("a"), column("b"), column("c"), column("d")]).toEqual([0, 1, 1, 2]);
  expect(cells.get("b")?.[1]).not.toBe(cells.get("c")?.[1]);
});

test("no two places of a map of 100 concepts lie upon each other", () => {
  const { spots } = layOut(chain(5, 5, 4));
  expect(spots).toHaveLength(100);
  for (const [index, a] of spots.entries()) {
    for (const b of spots.slice(index + 1)) {
      expect(Math.abs(a.x - b.x) >= COLUMN - 1 || Math.abs(a.y - b.y) >= 80).toBe(true);
    }
  }
});

test("every place lies within its stage's territory, and territories do not meet", () => {
  const tree = chain(4, 3, 3);
  const map = layOut(tree);
  for (const [index, territory] of map.territories.entries()) {
    const ids = tree.stages[index]?.modules.flatMap((one) => one.concepts.map((c) => c.concept_id)) ?? [];
    for (const spot of map.spots.filter((one) => ids.includes(one.id))) {
      expect(spot.x).toBeGreaterThan(territory.x);
      expect(spot.x).toBeLessThan(territory.x + territory.width);
      expect(spot.y).toBeGreaterThan(territory.y);
      expect(spot.y).toBeLessThan(territory.y + territory.height);
    }
    const next = map.territories[index + 1];
    if (next) expect(next.y).toBeGreaterThan(territory.y + territory.height);
  }
});

test("a module without prerequisites of its own is a line, not a tall column", () => {
  const loose = module("m", ...Array.from({ length: 7 }, (_, index) => place(`c${index}`)));
  const rows = new Set(layOut({ stages: [stage("s", loose)] }).spots.map((spot) => Math.round(spot.y / 40)));
  expect(rows.size).toBeLessThanOrEqual(3);
});

test("the same plan is always the same map", () => {
  expect(layOut(chain(3, 2, 3))).toEqual(layOut(chain(3, 2, 3)));
});

test("an empty plan is an empty map", () => {
  expect(layOut({ stages: [] })).toEqual({ hills: [], spots: [], territories: [], labels: [], trails: [] });
});
