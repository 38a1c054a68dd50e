/** The tree read as a way: order, neighbours, what comes next. Pure. */

export interface PlaceLike {
  concept_id: string;
  name: string;
  estimated_hours: number;
  prerequisites?: string[];
  optional?: boolean;
}

export interface ModuleLike<C> {
  module_id: string;
  name: string;
  concepts: C[];
}

export interface StageLike<C> {
  stage_id: string;
  name: string;
  modules: ModuleLike<C>[];
}

export interface TreeLike<C> {
  stages: StageLike<C>[];
  recommended_completion_weeks?: number;
}

export interface Neighbours<C> {
  index: number;
  total: number;
  previous: C | undefined;
  next: C | undefined;
}

/** All concepts in learning order, which is reading order. */
export function inOrder<C>(tree: TreeLike<C> | null | undefined): C[] {
  return (tree?.stages ?? []).flatMap((stage) => stage.modules.flatMap((module) => module.concepts));
}

/** What stands before and after a concept; `index` is -1 for one that is not there. */
export function neighbours<C extends PlaceLike>(concepts: readonly C[], id: string): Neighbours<C> {
  const index = concepts.findIndex((concept) => concept.concept_id === id);
  const found = index >= 0;
  return {
    index,
    total: concepts.length,
    previous: found ? concepts[index - 1] : undefined,
    next: found ? concepts[index + 1] : undefined,
  };
}

/**
 * What to learn next: the first concept after `from` that is not learned and whose prerequisites are;
 * else the first such one of the whole way; else the first that is not learned; nothing when all is.
 */
export function nextToLearn<C extends PlaceLike>(
  concepts: readonly C[],
  learned: ReadonlySet<string>,
  from?: string,
): C | undefined {
  const start = from === undefined ? 0 : concepts.findIndex((c) => c.concept_id === from) + 1;
  const open = [...concepts.slice(start), ...concepts.slice(0, start)].filter(
    (concept) => !learned.has(concept.concept_id) && concept.concept_id !== from,
  );
  const known = new Set(concepts.map((concept) => concept.concept_id));
  const ready = open.find((concept) =>
    (concept.prerequisites ?? []).every((id) => learned.has(id) || !known.has(id)),
  );
  return ready ?? open[0];
}

/** The concept and everything that must be learned before it; empty for one that is not there. */
export function pathTo<C extends PlaceLike>(concepts: readonly C[], id: string | null): Set<string> {
  const byId = new Map(concepts.map((concept) => [concept.concept_id, concept]));
  const path = new Set<string>();
  const open = id === null ? [] : [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const concept = byId.get(next);
    if (concept === undefined || path.has(next)) continue;
    path.add(next);
    open.push(...(concept.prerequisites ?? []));
  }
  return path;
}

/** What directly needs this concept, in learning order. */
export function neededBy<C extends PlaceLike>(concepts: readonly C[], id: string): C[] {
  return concepts.filter((concept) => concept.prerequisites?.includes(id));
}
