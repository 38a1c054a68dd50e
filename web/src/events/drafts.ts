import { useSyncExternalStore } from "react";
import type { ContentType } from "../api/types";
import type { Passing } from "./event";
import { itemKey } from "./fold";

/** A text while it is written: what has come so far. `whole` is false when a part was missed. */
export interface Draft {
  attempt: number;
  percentage: number;
  text: string;
  /** Of `text` in code points, which is what the server counts. */
  length: number;
  whole: boolean;
}

/**
 * `draft` after one more piece. A lower attempt is ignored, a higher one begins anew, and so does another
 * beginning: the model was asked once more. A piece that is there already changes nothing; one that leaves a
 * gap means that one was missed: wait for the end.
 */
export function withPiece(draft: Draft | undefined, piece: Passing["data"]): Draft {
  const attempt = piece.attempt ?? draft?.attempt ?? 1;
  const percentage = piece.percentage ?? draft?.percentage ?? 0;
  if (draft && attempt < draft.attempt) return draft;
  const fresh: Draft = { attempt, percentage, text: "", length: 0, whole: true };
  const known = draft?.attempt === attempt ? { ...draft, percentage } : fresh;
  const { text, offset = 0 } = piece;
  if (text === undefined) return known;
  if (offset === 0 && !known.text.startsWith(text)) return { ...fresh, text, length: count(text) };
  if (offset < known.length) return known;
  if (offset > known.length || !known.whole) return { ...known, whole: false };
  return { ...known, text: known.text + text, length: known.length + count(text) };
}

function count(text: string): number {
  let points = 0;
  for (const _ of text) points += 1;
  return points;
}

const drafts = new Map<string, Draft>();
const watchers = new Set<() => void>();

export function heard(passing: Passing): void {
  const key = itemKey(passing.concept_id, passing.content_type);
  drafts.set(key, withPiece(drafts.get(key), passing.data));
  for (const watcher of watchers) watcher();
}

export function forget(conceptId: string, contentType: ContentType): void {
  if (drafts.delete(itemKey(conceptId, contentType))) for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** What the model has written of an item so far; undefined when nothing passed by. */
export function useDraft(conceptId: string, contentType: ContentType): Draft | undefined {
  return useSyncExternalStore(watch, () => drafts.get(itemKey(conceptId, contentType)));
}
