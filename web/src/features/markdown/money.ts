/** Dollars are money more often than mathematics. */

import type { Parents, Root } from "mdast";
import type { InlineMath } from "mdast-util-math";

export function remarkMoney() {
  return (tree: Root): void => walk(tree);
}

function walk(parent: Parents): void {
  for (const [index, child] of parent.children.entries()) {
    if ("children" in child) walk(child);
    if (child.type !== "inlineMath") continue;
    const after = parent.children[index + 1];
    const digit = after?.type === "text" && /^\d/.test(after.value);
    if (isMoney(child, digit)) parent.children[index] = { type: "text", value: `$${child.value}$` };
  }
}

/** Pandoc's rule: `$` of a formula touches it on both sides, and no digit follows. `$$` is always one. */
function isMoney({ value, position }: InlineMath, digitFollows: boolean): boolean {
  const length = (position?.end.offset ?? 0) - (position?.start.offset ?? 0);
  return length - value.length < 4 && (digitFollows || value !== value.trim());
}
