import type { Draft } from "./order";
import { KINDS, SIZES } from "./order";

/** An order that was typed and not sent: whose it is, from which goal the form began, and how it stood. */
export interface Kept {
  owner: string;
  begun: string;
  draft: Draft;
}

const KEY = "trailwright.new";
const LEVELS: readonly unknown[] = ["beginner", "intermediate", "advanced"];
const TEXTS = [
  "goal",
  "hours",
  "deadline",
  "motivation",
  "background",
  "role",
  "industry",
  "stack",
  "language",
  "second",
  "context",
  "limit",
] as const;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isDraft(value: unknown): value is Draft {
  if (!isRecord(value)) return false;
  const { size, level, kinds, approve } = value;
  return (
    TEXTS.every((field) => typeof value[field] === "string") &&
    SIZES.some((one) => one === size) &&
    LEVELS.includes(level) &&
    Array.isArray(kinds) &&
    kinds.every((kind) => KINDS.some((one) => one === kind)) &&
    typeof approve === "boolean"
  );
}

/**
 * The form as it was left, if it is this person's; null where there is nothing, or nothing that this form could show.
 * Who comes with another goal than the form began with begins anew.
 */
export function draftIn(kept: unknown, owner: string, goal: string): Draft | null {
  if (!isRecord(kept) || kept.owner !== owner || !isDraft(kept.draft)) return null;
  return goal === "" || kept.begun === goal ? kept.draft : null;
}

export function leftDraft(owner: string, goal: string): Draft | null {
  try {
    return draftIn(JSON.parse(localStorage.getItem(KEY) ?? "null"), owner, goal);
  } catch {
    return null;
  }
}

export function keepDraft(kept: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // the browser's store is full or closed: the form goes on, it is only not kept
  }
}

export function forgetDraft(): void {
  localStorage.removeItem(KEY);
}
