/** Which concept falls into which week, at a pace of hours a week. Pure. */

import { inOrder, type PlaceLike, type TreeLike } from "./order";

export interface WeekEntry<C> {
  concept: C;
  hours: number;
  continued: boolean;
}

export interface Week<C> {
  number: number;
  hours: number;
  entries: WeekEntry<C>[];
}

const EASE = 1e-9;

function hoursOf(concept: PlaceLike): number {
  return Number.isFinite(concept.estimated_hours) && concept.estimated_hours > 0
    ? concept.estimated_hours
    : 0;
}

/** Hours of all concepts that are not optional. */
export function requiredHours<C extends PlaceLike>(concepts: readonly C[]): number {
  const hours = concepts.reduce((sum, c) => sum + (c.optional ? 0 : hoursOf(c)), 0);
  return Math.round(hours * 100) / 100;
}

/** Hours a week at which the required concepts take the recommended weeks, in steps of a quarter. */
export function paceOf<C extends PlaceLike>(tree: TreeLike<C>): number {
  const weeks = Math.max(tree.recommended_completion_weeks ?? 1, 1);
  const exact = requiredHours(inOrder(tree)) / weeks;
  return Math.max(Math.ceil(exact * 4 - EASE) / 4, 0.25);
}

/**
 * Concepts one after the other, `pace` hours a week, a concept going on in the next week when it does not
 * fit. Optional ones stand in the week they come in and take none of its hours.
 */
export function weekPlan<C extends PlaceLike>(concepts: readonly C[], pace: number): Week<C>[] {
  const weeks: Week<C>[] = [];
  const week = (number: number): Week<C> => {
    const found = weeks[number - 1];
    if (found) return found;
    const made: Week<C> = { number, hours: 0, entries: [] };
    weeks.push(made);
    return made;
  };
  let done = 0;
  for (const concept of concepts) {
    const hours = hoursOf(concept);
    let number = Math.floor(done / pace + EASE) + 1;
    if (concept.optional || hours === 0) {
      week(Math.min(number, weeks.length + 1)).entries.push({
        concept,
        hours,
        continued: false,
      });
      continue;
    }
    let left = hours;
    for (let continued = false; left > EASE; continued = true, number += 1) {
      const here = Math.min(left, number * pace - done);
      const into = week(number);
      into.entries.push({ concept, hours: round(here), continued });
      into.hours = round(into.hours + here);
      left -= here;
      done += here;
    }
  }
  return weeks;
}

/** Per concept the weeks in which it is begun and finished. */
export function weekSpans<C extends PlaceLike>(weeks: readonly Week<C>[]): Map<string, [number, number]> {
  const spans = new Map<string, [number, number]>();
  for (const week of weeks) {
    for (const { concept } of week.entries) {
      const first = spans.get(concept.concept_id)?.[0] ?? week.number;
      spans.set(concept.concept_id, [first, week.number]);
    }
  }
  return spans;
}

function round(hours: number): number {
  return Math.round(hours * 100) / 100;
}
