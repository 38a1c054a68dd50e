import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

/** Attributes that a person reads or hears; `to`, `className` and the like are not for people. */
const FOR_PEOPLE =
  /^(aria-(label|description|roledescription|valuetext)|title|placeholder|alt|label|summary)$/;
const WORD = /\p{L}{2,}/u;

function literals(file: string, source: string): string[] {
  const found: string[] = [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const note = (node: ts.Node, text: string) => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (WORD.test(text)) found.push(`${file}:${line} ${text.trim()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) note(node, node.text);
    if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) noteStrings(node.expression, note);
    if (ts.isJsxAttribute(node) && FOR_PEOPLE.test(node.name.getText()) && node.initializer) {
      const value = node.initializer;
      noteStrings(ts.isJsxExpression(value) ? value.expression : value, note);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Strings that an expression may show as it stands, also behind `?:`, `&&`, `||` and `??`. */
function noteStrings(node: ts.Node | undefined, note: (node: ts.Node, text: string) => void): void {
  if (!node) return;
  if (ts.isStringLiteralLike(node)) note(node, node.text);
  if (ts.isTemplateExpression(node)) {
    for (const part of [node.head, ...node.templateSpans.map((span) => span.literal)]) note(node, part.text);
  }
  if (ts.isConditionalExpression(node)) {
    noteStrings(node.whenTrue, note);
    noteStrings(node.whenFalse, note);
  }
  if (ts.isBinaryExpression(node)) noteStrings(node.right, note);
  if (ts.isParenthesizedExpression(node)) noteStrings(node.expression, note);
}

test("a literal string is found wherever JSX would show it", () => {
  const shown = (jsx: string) => literals("sample.tsx", `const page = ${jsx};`).length;
  expect(shown("<p>Hello there</p>")).toBe(1);
  expect(shown('<p>{busy ? "Wait" : t("go")}</p>')).toBe(1);
  expect(shown("<p>{`About $" + "{hours}`}</p>")).toBe(1);
  expect(shown('<img alt="A map" src="x" />')).toBe(1);
  expect(shown('<p className="text-soft">{t("goal")} · 3</p>')).toBe(0);
});

test("no page shows a string that is not in the message files", () => {
  const root = join(import.meta.dirname, "../src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".tsx"),
  );
  expect(files.length).toBeGreaterThan(5);
  expect(files.flatMap((file) => literals(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
});
