import { conceptsOf, type Plan } from "./plan";

/** What the server would refuse, said while one types: R1 to R3 and the structure (contract, section 4). */
export interface Broken {
  /** The node it is about; empty: the whole plan. */
  id: string;
  rule:
    | "unknown"
    | "circle"
    | "later"
    | "noName"
    | "hours"
    | "emptyStage"
    | "emptyModule"
    | "noStage"
    | "tooMany";
  /** The other concept's name. */
  other?: string;
}

export const MIN_HOURS = 0.25;
export const MAX_HOURS = 8;
export const MAX_CONCEPTS = 200;

export function brokenRules(plan: Plan): Broken[] {
  return [...structure(plan), ...prerequisites(plan)];
}

function structure(plan: Plan): Broken[] {
  const found: Broken[] = [];
  if (plan.stages.length === 0) found.push({ id: "", rule: "noStage" });
  if (conceptsOf(plan).length > MAX_CONCEPTS) found.push({ id: "", rule: "tooMany" });
  for (const stage of plan.stages) {
    if (!stage.name.trim()) found.push({ id: stage.id, rule: "noName" });
    if (stage.modules.length === 0) found.push({ id: stage.id, rule: "emptyStage" });
    for (const module of stage.modules) {
      if (!module.name.trim()) found.push({ id: module.id, rule: "noName" });
      if (module.concepts.length === 0) found.push({ id: module.id, rule: "emptyModule" });
    }
  }
  for (const concept of conceptsOf(plan)) {
    if (!concept.name.trim()) found.push({ id: concept.id, rule: "noName" });
    const fits = concept.hours >= MIN_HOURS && concept.hours <= MAX_HOURS;
    if (!fits) found.push({ id: concept.id, rule: "hours" });
  }
  return found;
}

/** R1 unknown, R2 in a circle, R3 later in reading order. A circle is told at each concept in it, instead of R3. */
function prerequisites(plan: Plan): Broken[] {
  const concepts = conceptsOf(plan);
  const place = new Map(concepts.map((concept, index) => [concept.id, index]));
  const needs = new Map(concepts.map((concept) => [concept.id, concept.prerequisites]));
  const found: Broken[] = [];
  for (const concept of concepts) {
    for (const id of concept.prerequisites) {
      const at = place.get(id);
      const other = concepts[at ?? -1]?.name ?? "";
      if (at === undefined) found.push({ id: concept.id, rule: "unknown" });
      else if (reaches(needs, id, concept.id)) found.push({ id: concept.id, rule: "circle", other });
      else if (at > (place.get(concept.id) ?? 0)) found.push({ id: concept.id, rule: "later", other });
    }
  }
  return found;
}

/** Whether `from` needs `to`, over any number of steps. */
function reaches(needs: Map<string, string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(needs.get(id) ?? []));
  }
  return false;
}

export interface Totals {
  concepts: number;
  hours: number;
  weeks: number;
  /** Hours a week. */
  pace: number;
}

/** Sums as the server will make them: the weeks at the pace the plan had before. */
export function totalsOf(plan: Plan, before: { hours: number; weeks: number }): Totals {
  const concepts = conceptsOf(plan);
  const sum = concepts.reduce((hours, one) => hours + (Number.isFinite(one.hours) ? one.hours : 0), 0);
  const hours = Math.round(sum * 100) / 100;
  const pace = before.weeks > 0 ? before.hours / before.weeks : 0;
  const weeks =
    hours === before.hours || pace <= 0 ? before.weeks : Math.max(Math.round((hours / pace) * 10) / 10, 0.1);
  return { concepts: concepts.length, hours, weeks, pace };
}
