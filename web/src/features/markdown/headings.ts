/** Anchors of headings, the same for the same text. Pure. */

import type { Element, Nodes, Root } from "hast";

const PREFIX = "s-";

/** A name for an address out of a heading, in any script; `used` keeps them distinct. */
export function slug(title: string, used: Set<string>): string {
  const words =
    title
      .toLowerCase()
      .normalize("NFKC")
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const base = words.join("-").slice(0, 60) || "section";
  let name = base;
  for (let n = 2; used.has(name); n += 1) name = `${base}-${n}`;
  used.add(name);
  return PREFIX + name;
}

/** Gives h1 to h4 their anchors and drops the first h1, which the page shows as its own title. */
export function rehypeHeadings() {
  return (tree: Root): void => {
    const used = new Set<string>();
    const title = tree.children.findIndex((node) => isElement(node, "h1"));
    if (title >= 0) tree.children.splice(title, 1);
    for (const node of tree.children) {
      if (!/^h[1-4]$/.test(node.type === "element" ? node.tagName : "") || node.type !== "element") continue;
      if (node.tagName === "h1") node.tagName = "h2";
      if (node.properties.id === undefined) node.properties.id = slug(textOf(node), used);
    }
  };
}

export function textOf(node: Nodes): string {
  if (node.type === "text") return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}

function isElement(node: Nodes, tagName: string): node is Element {
  return node.type === "element" && node.tagName === tagName;
}
