/** Raw HTML in a generated text: a line break stays one, comments go, all else is shown as the text it is. */

import type { Nodes, Parents, Root } from "mdast";

const BREAK = /^<br\s*\/?>$/i;
const COMMENT = /^\s*<!--[\s\S]*-->\s*$/;

export function remarkPlainHtml() {
  return (tree: Root): void => walk(tree);
}

function walk(parent: Parents): void {
  parent.children = parent.children.flatMap((child: Nodes) => {
    if ("children" in child) walk(child);
    return child.type === "html" ? plain(child.value, parent.type) : [child];
  }) as typeof parent.children;
}

function plain(value: string, parent: string): Nodes[] {
  if (COMMENT.test(value)) return [];
  if (BREAK.test(value.trim())) return [{ type: "break" }];
  const text: Nodes = { type: "text", value };
  const inFlow = parent === "root" || parent === "blockquote" || parent === "listItem";
  return inFlow ? [{ type: "paragraph", children: [text] }] : [text];
}
