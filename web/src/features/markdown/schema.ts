/**
 * What may come out of a generated text. Everything else is dropped: a model, or a page it has read, may have
 * written it. Raw HTML never gets this far (see `html.ts`); the list holds if that ever changes.
 */

import type { Options } from "rehype-sanitize";

const BLOCKS = [
  "p",
  "blockquote",
  "hr",
  "pre",
  "ul",
  "ol",
  "li",
  "section",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
];
const INLINE = ["a", "br", "code", "del", "em", "strong", "sub", "sup", "kbd", "img", "input"];
const TABLES = ["table", "thead", "tbody", "tr", "th", "td"];

export const schema: Options = {
  tagNames: [...BLOCKS, ...INLINE, ...TABLES],
  attributes: {
    a: ["href", "title", "dataFootnoteRef", "dataFootnoteBackref", "ariaLabel", "ariaDescribedBy"],
    code: [["className", /^language-[\w+#-]{1,40}$/, "math-inline", "math-display"]],
    h2: [["className", "sr-only"]],
    img: ["src", "alt", "title"],
    input: [["type", "checkbox"], ["disabled", true], "checked"],
    li: [["className", "task-list-item"]],
    ol: ["start", ["className", "contains-task-list"]],
    section: ["dataFootnotes", ["className", "footnotes"]],
    td: ["align"],
    th: ["align"],
    ul: [["className", "contains-task-list"]],
    "*": [["id", /^user-content-fn/, "footnote-label"]],
  },
  protocols: { href: ["http", "https", "mailto"], src: ["http", "https"] },
  strip: ["script", "style", "iframe", "form", "template", "svg", "math"],
  required: { input: { type: "checkbox", disabled: true } },
  clobber: [],
  clobberPrefix: "",
  allowComments: false,
  allowDoctypes: false,
};
