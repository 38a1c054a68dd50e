import { useSyncExternalStore } from "react";
import type { ContentType } from "../api/types";
import type { Passing } from "./event";
import { itemKey } from "./fold";

/** A text while it is written: what has come so far. `whole` is false when a part was missed. */
export interface Draft {
  attempt: number;
  percentage: number;
  text: string;
  whole: boolean;
}

/** `draft` after one more piece. A piece at another offset means that one was missed: wait for the end. */
export function withPiece(draft: Draft | undefined, piece: Passing["data"]): Draft {
  const attempt = piece.attempt ?? draft?.attempt ?? 1;
  const percentage = piece.percentage ?? draft?.percentage ?? 0;
  const started = draft && draft.attempt === attempt ? draft : { attempt, percentage, text: "", whole: true };
  if (draft && attempt < draft.attempt) return draft;
  if (piece.text === undefined) return { ...started, percentage };
  const fits = started.whole && (piece.offset ?? 0) === started.text.length;
  return { attempt, percentage, text: fits ? started.text + piece.text : started.text, whole: fits };
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
