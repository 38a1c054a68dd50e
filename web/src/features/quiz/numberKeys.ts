import { useState } from "react";

const KEY = "trailwright.numberKeys";

/** Whether a digit pressed anywhere chooses an option. Who speaks to the computer, or hits keys by accident, turns it
 * off; kept in this browser. */
export function useNumberKeys(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(KEY) !== "off");
  const set = (to: boolean) => {
    if (to) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
    setOn(to);
  };
  return [on, set];
}
