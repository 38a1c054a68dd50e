/**
 * Where everything stands on the map. Pure. Stages are territories from top to bottom; in each, modules lie
 * in rows that turn back and forth like a path up a hill; within a module Dagre ranks the concepts by their
 * prerequisites.
 */

import dagre from "@dagrejs/dagre";
import { inOrder, type ModuleLike, type PlaceLike, type TreeLike } from "./order";

export const COLUMN = 152;
export const LINE = 116;
export const LABEL = 26;
const PADDING = 34;
const TITLE = 44;
const BETWEEN = 84;
const ROW_GAP = 22;

export interface Spot {
  id: string;
  /** Centre of the mark. */
  x: number;
  y: number;
  /** Which way the path goes through it: 1 to the right, -1 to the left. */
  heading: 1 | -1;
}

export interface Territory {
  id: string;
  index: number;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface ModuleLabel {
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
}

/** `way`: the next concept, which needs this one. `needs`: another prerequisite. `then`: only what follows. */
export interface Trail {
  id: string;
  source: string;
  target: string;
  kind: "way" | "needs" | "then";
}

/** Land that no path crosses. */
export interface Hill {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface TrailMap {
  hills: Hill[];
  spots: Spot[];
  territories: Territory[];
  labels: ModuleLabel[];
  trails: Trail[];
}

interface Ranked {
  module: { module_id: string; name: string };
  /** Column and line of each concept within its module. */
  cells: Map<string, [number, number]>;
  columns: number;
  lines: number;
}

/** The lines of the map: every prerequisite, and the learning order where no prerequisite says it. */
export function trails<C extends PlaceLike>(concepts: readonly C[]): Trail[] {
  const place = new Map(concepts.map((concept, index) => [concept.concept_id, index]));
  return concepts.flatMap((concept, index) => {
    const target = concept.concept_id;
    const before = concepts[index - 1]?.concept_id;
    const needed = [...new Set(concept.prerequisites ?? [])].filter((id) => place.has(id) && id !== target);
    const lines = needed.map((source): Trail => {
      return { id: `${source}>${target}`, source, target, kind: source === before ? "way" : "needs" };
    });
    if (before === undefined || needed.includes(before)) return lines;
    return [{ id: `${before}>${target}`, source: before, target, kind: "then" }, ...lines];
  });
}

/** Column and line of each concept of a module: Dagre's ranks of its own prerequisites. */
export function ranked<C extends PlaceLike>(module: ModuleLike<C>): Ranked {
  const graph = new dagre.graphlib.Graph<object, { width: number; height: number; x: number; y: number }>();
  graph.setGraph({ rankdir: "LR", nodesep: 1, ranksep: 1, ranker: "longest-path" });
  graph.setDefaultEdgeLabel(() => ({}));
  const inside = new Set(module.concepts.map((concept) => concept.concept_id));
  for (const id of inside) graph.setNode(id, { width: 1, height: 1, x: 0, y: 0 });
  for (const concept of module.concepts) {
    for (const id of concept.prerequisites ?? []) {
      if (inside.has(id) && id !== concept.concept_id) graph.setEdge(id, concept.concept_id);
    }
  }
  dagre.layout(graph);
  const ids = [...inside];
  const columns = [...new Set(ids.map((id) => graph.node(id).x))].sort((a, b) => a - b);
  const cells = new Map<string, [number, number]>();
  let lines = 1;
  for (const [column, x] of columns.entries()) {
    const here = ids.filter((id) => graph.node(id).x === x).sort((a, b) => graph.node(a).y - graph.node(b).y);
    for (const [line, id] of here.entries()) cells.set(id, [column, line]);
    lines = Math.max(lines, here.length);
  }
  return { module, cells, columns: Math.max(columns.length, 1), lines };
}

/** A module without prerequisites of its own would be one tall column: it is laid out as a line instead. */
function laidOut<C extends PlaceLike>(module: ModuleLike<C>, columns: number): Ranked {
  const found = ranked(module);
  if (found.lines <= 3 && found.columns <= columns) return found;
  const count = module.concepts.length;
  const wide = Math.min(count, columns);
  const cells = new Map(
    module.concepts.map((c, index): [string, [number, number]] => [
      c.concept_id,
      [index % wide, Math.floor(index / wide)],
    ]),
  );
  return { module, cells, columns: wide, lines: Math.ceil(count / wide) };
}

/** Modules side by side while they fit. */
function rows(modules: Ranked[], columns: number): Ranked[][] {
  const found: Ranked[][] = [];
  let used = columns;
  for (const module of modules) {
    const row = found.at(-1);
    if (row && used + module.columns <= columns) {
      row.push(module);
      used += module.columns;
    } else {
      found.push([module]);
      used = module.columns;
    }
  }
  return found;
}

/** The whole map, from its upper left corner at 0, 0; `columns` places side by side at most. */
export function layOut<C extends PlaceLike>(tree: TreeLike<C>, columns = 6): TrailMap {
  const map: TrailMap = { hills: [], spots: [], territories: [], labels: [], trails: trails(inOrder(tree)) };
  let y = 0;
  let back = false;
  let column = 0;
  for (const [index, stage] of tree.stages.entries()) {
    const top = y;
    y += TITLE + PADDING / 2;
    const found = rows(
      stage.modules.map((module) => laidOut(module, columns)),
      columns,
    );
    const widths = found.map((row) => row.reduce((sum, module) => sum + module.columns, 0));
    const broad = Math.max(2, ...widths);
    for (const [at, row] of found.entries()) {
      const wide = widths[at] ?? 0;
      const first = Math.min(Math.max(back ? column - wide + 1 : column, 0), broad - wide);
      place(map, row, { first, wide, y, back });
      const height = LABEL + Math.max(...row.map((module) => module.lines)) * LINE + ROW_GAP;
      addHill(map, { first, wide, broad, y, height });
      column = back ? first : first + wide - 1;
      back = !back;
      y += height;
    }
    const width = broad * COLUMN + 2 * PADDING;
    map.territories.push({
      id: stage.stage_id,
      index,
      name: stage.name,
      x: -PADDING,
      y: top,
      width,
      height: y - top,
    });
    y += BETWEEN;
  }
  return map;
}

interface RowPlace {
  first: number;
  wide: number;
  y: number;
  back: boolean;
}

function place(map: TrailMap, row: Ranked[], at: RowPlace): void {
  let before = 0;
  for (const { module, cells, columns } of row) {
    const from = at.back ? at.first + at.wide - before - columns : at.first + before;
    map.labels.push({
      id: module.module_id,
      name: module.name,
      x: from * COLUMN + 8,
      y: at.y,
      width: columns * COLUMN - 16,
    });
    for (const [id, [column, line]] of cells) {
      const across = from + (at.back ? columns - 1 - column : column);
      const sway = Math.sin(across * 1.9 + at.y / 90) * 7;
      const y = at.y + LABEL + line * LINE + 24 + sway;
      map.spots.push({ id, x: (across + 0.5) * COLUMN, y, heading: at.back ? -1 : 1 });
    }
    before += columns;
  }
}

/** Where a row leaves two columns or more free lies a hill. */
function addHill(
  map: TrailMap,
  row: { first: number; wide: number; broad: number; y: number; height: number },
): void {
  const right = row.broad - row.first - row.wide;
  const free = Math.max(row.first, right);
  if (free < 2) return;
  const x = (right > row.first ? row.first + row.wide : 0) * COLUMN;
  map.hills.push({
    x: x + free * COLUMN * 0.28,
    y: row.y + row.height * 0.3,
    width: free * COLUMN * 0.44,
    height: row.height * 0.36,
  });
}
