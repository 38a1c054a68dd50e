import { useCallback, useSyncExternalStore } from "react";

/** Unsaved changes of one form, by field. Kept in this tab, also when the page is left or loaded again. */
export interface Drafts<T> {
  name: string;
  get: () => Partial<T>;
  set: (changes: Partial<T>) => void;
}

const watchers = new Set<() => void>();
const unsaved = new Map<string, boolean>();
let names: readonly string[] = [];

function tell(name: string, dirty: boolean): void {
  unsaved.set(name, dirty);
  names = [...unsaved].filter(([, open]) => open).map(([one]) => one);
  if (names.length > 0) addEventListener("beforeunload", askFirst);
  else removeEventListener("beforeunload", askFirst);
  for (const watcher of watchers) watcher();
}

/** The browser asks before it closes the tab: what is kept here goes with it. */
function askFirst(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** `isSecret`: fields that are kept in memory only and never written to the browser's storage. */
export function draftsOf<T extends object>(name: string, isSecret = (_field: string) => false): Drafts<T> {
  const key = `trailwright.unsaved.${name}`;
  let changes: Partial<T> = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  tell(name, Object.keys(changes).length > 0);
  return {
    name,
    get: () => changes,
    set: (next) => {
      changes = next;
      const kept = Object.entries(next).filter(([field]) => !isSecret(field));
      if (kept.length > 0) sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(kept)));
      else sessionStorage.removeItem(key);
      tell(name, Object.keys(next).length > 0);
    },
  };
}

/** `changes` with `part` in it; a field that says what is saved already is no change. */
export function merged<T extends object>(saved: T, changes: Partial<T>, part: Partial<T>): Partial<T> {
  const known = new Map<string, unknown>(Object.entries(saved));
  const next: Partial<T> = { ...changes, ...part };
  for (const field in next) {
    if (JSON.stringify(next[field]) === JSON.stringify(known.get(field))) delete next[field];
  }
  return next;
}

/** The form as it stands: what is saved, with the unsaved changes over it. */
export function useDraft<T extends object>(drafts: Drafts<T>, saved: T) {
  const changes = useSyncExternalStore(watch, drafts.get);
  const change = useCallback(
    (part: Partial<T>) => drafts.set(merged(saved, drafts.get(), part)),
    [drafts, saved],
  );
  const discard = useCallback(() => drafts.set({}), [drafts]);
  const value: T = { ...saved, ...changes };
  return { value, changes, dirty: Object.keys(changes).length > 0, change, discard };
}

/** The forms that hold unsaved changes. */
export function useUnsaved(): readonly string[] {
  return useSyncExternalStore(watch, () => names);
}
