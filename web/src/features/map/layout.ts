/**
 * Where everything stands on the map. Pure. Stages are territories from top to bottom; in each, modules lie
 * in rows that turn back and forth like a path up a hill; within a module Dagre ranks the concepts by their
 * prerequisites.
 */

import dagre from "@dagrejs/dagre";
import { inOrder, type ModuleLike, type PlaceLike, type TreeLike } from "./order";

export const COLUMN = 176;
export const LINE = 112;
export const LABEL = 26;
const COLUMNS = 6;
const PADDING = 34;
const TITLE = 44;
const BETWEEN = 46;
const ROW_GAP = 22;

export interface Spot {
  id: string;
  /** Centre of the mark. */
  x: number;
  y: number;
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

export interface TrailMap {
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
function laidOut<C extends PlaceLike>(module: ModuleLike<C>): Ranked {
  const found = ranked(module);
  if (found.lines <= 3) return found;
  const cells = new Map(
    module.concepts.map((c, index): [string, [number, number]] => [
      c.concept_id,
      [index % COLUMNS, Math.floor(index / COLUMNS)],
    ]),
  );
  const count = module.concepts.length;
  return { module, cells, columns: Math.min(count, COLUMNS), lines: Math.ceil(count / COLUMNS) };
}

/** Modules side by side while they fit. */
function rows(modules: Ranked[]): Ranked[][] {
  const found: Ranked[][] = [];
  let used = COLUMNS;
  for (const module of modules) {
    const row = found.at(-1);
    if (row && used + module.columns <= COLUMNS) {
      row.push(module);
      used += module.columns;
    } else {
      found.push([module]);
      used = module.columns;
    }
  }
  return found;
}

/** The whole map, from its upper left corner at 0, 0. */
export function layOut<C extends PlaceLike>(tree: TreeLike<C>): TrailMap {
  const map: TrailMap = { spots: [], territories: [], labels: [], trails: trails(inOrder(tree)) };
  let y = 0;
  let back = false;
  let column = 0;
  for (const [index, stage] of tree.stages.entries()) {
    const top = y;
    y += TITLE + PADDING / 2;
    let [left, right] = [Number.POSITIVE_INFINITY, 0];
    for (const row of rows(stage.modules.map(laidOut))) {
      const wide = row.reduce((sum, module) => sum + module.columns, 0);
      const first = back ? Math.max(column - wide + 1, 0) : Math.min(column, Math.max(COLUMNS - wide, 0));
      place(map, row, { first, wide, y, back });
      left = Math.min(left, first);
      right = Math.max(right, first + wide);
      column = back ? first : first + wide - 1;
      back = !back;
      y += LABEL + Math.max(...row.map((module) => module.lines)) * LINE + ROW_GAP;
    }
    const width = Math.max((right - left) * COLUMN, 2 * COLUMN) + 2 * PADDING;
    const x = (Number.isFinite(left) ? left * COLUMN : 0) - PADDING;
    map.territories.push({ id: stage.stage_id, index, name: stage.name, x, y: top, width, height: y - top });
    y += BETWEEN;
  }
  return map;
}

function place(
  map: TrailMap,
  row: Ranked[],
  at: { first: number; wide: number; y: number; back: boolean },
): void {
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
      map.spots.push({ id, x: (across + 0.5) * COLUMN, y: at.y + LABEL + line * LINE + 24 + sway });
    }
    before += columns;
  }
}
