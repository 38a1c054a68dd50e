import { type RefCallback, useCallback, useEffect, useRef } from "react";

/**
 * A ref for a box that can take the focus (`tabIndex={-1}`): what was in the box with the focus and went, because a
 * click changed what there is to click, leaves the focus to the box, and not to the top of the page.
 */
export function useKeptFocus<T extends HTMLElement>(): RefCallback<T> {
  const box = useRef<T>(null);
  const last = useRef<EventTarget | null>(null);
  useEffect(() => {
    if (last.current === null || isThere(last.current) || last.current === document.activeElement) return;
    last.current = null;
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true });
  });
  return useCallback((node: T | null) => {
    box.current = node;
    if (!node) return;
    const entered = ({ target }: FocusEvent) => {
      last.current = target;
    };
    // What still stands was left by the person; what went with its click has told nobody, or too late.
    const left = ({ target }: FocusEvent) => {
      queueMicrotask(() => {
        if (last.current === target && isThere(target)) last.current = null;
      });
    };
    node.addEventListener("focusin", entered);
    node.addEventListener("focusout", left);
    return () => {
      node.removeEventListener("focusin", entered);
      node.removeEventListener("focusout", left);
      box.current = null;
    };
  }, []);
}

function isThere(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.isConnected && !target.matches(":disabled");
}
