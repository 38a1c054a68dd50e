import { createContext, useContext, useEffect, useRef } from "react";
import { EMPTY_PLAN, type Plan } from "./plan";
import type { Broken } from "./rules";

/** What every row of the editor needs. */
export interface Edit {
  plan: Plan;
  names: ReadonlyMap<string, string>;
  brokenAt: (id: string) => Broken[];
  change: (plan: Plan, about?: string) => void;
  /** The node whose field or handle is to have the focus, after it was added or moved. */
  focus: string | null;
  focusOn: (id: string | null) => void;
  /** Tells a screen reader what a move did. */
  say: (text: string) => void;
}

const nothing = () => undefined;

export const EditContext = createContext<Edit>({
  plan: EMPTY_PLAN,
  names: new Map(),
  brokenAt: () => [],
  change: nothing,
  focus: null,
  focusOn: nothing,
  say: nothing,
});

export function useEdit(): Edit {
  return useContext(EditContext);
}

/** A ref that takes the focus when it is this node's turn (`${id}` for its name, `handle ${id}` for its handle). */
export function useFocusTurn<T extends HTMLElement>(turn: string) {
  const ref = useRef<T>(null);
  const { focus, focusOn } = useEdit();
  useEffect(() => {
    if (focus !== turn) return;
    ref.current?.focus();
    if (ref.current instanceof HTMLTextAreaElement) ref.current.select();
    focusOn(null);
  }, [focus, turn, focusOn]);
  return ref;
}
