/** Undo and redo: what was, what is, what was taken back. */
export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What the last change was about; typing in one field is one step. */
  about: string;
}

const KEPT = 100;

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], about: "" };
}

/** After a change. Changes with the same non-empty `about` in a row are undone together. */
export function changed<T>(history: History<T>, present: T, about = ""): History<T> {
  if (present === history.present) return history;
  if (about !== "" && about === history.about) return { ...history, present, future: [] };
  return { past: [...history.past, history.present].slice(-KEPT), present, future: [], about };
}

export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
    about: "",
  };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...rest] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future: rest, about: "" };
}
