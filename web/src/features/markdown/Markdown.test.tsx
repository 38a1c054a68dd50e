import { cleanup, render, waitFor } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { afterEach, beforeAll, expect, test } from "vitest";
import learn from "../../locales/en/learn.json";
import { HOSTILE } from "./hostile";
import { Markdown } from "./Markdown";

beforeAll(() => i18next.use(initReactI18next).init({ lng: "en", resources: { en: { learn } } }));
afterEach(cleanup);

const ALLOWED = new Set(
  `DIV P H2 H3 H4 H5 H6 UL OL LI BLOCKQUOTE HR BR A CODE PRE DEL EM STRONG SUP IMG SPAN SECTION FIGURE
   FIGCAPTION BUTTON TABLE THEAD TBODY TR TH TD`.split(/\s+/),
);

/** What in this tree could act, load or lead somewhere it should not. */
function dangers(root: Element): string[] {
  const found: string[] = [];
  for (const node of root.querySelectorAll("*")) {
    if (!ALLOWED.has(node.tagName.toUpperCase()) && !node.closest(".katex")) found.push(`<${node.tagName}>`);
    for (const { name, value } of node.attributes) {
      const url = /^(href|src|srcset|action|formaction|xlink:href|data|poster|background)$/i.test(name);
      if (/^on/i.test(name)) found.push(`${name}=${value}`);
      if (name === "srcdoc" || name === "autofocus" || name === "name") found.push(`${name}=${value}`);
      if (name === "style" && /url|expression|position|fixed/i.test(value)) found.push(`${name}=${value}`);
      if (url && !/^(https?:\/\/(?!evil)[^@]*$|mailto:|#|http:\/\/localhost)/.test(value))
        found.push(`${name}=${value}`);
      if (name === "id" && !/^(s-|user-content-fn|footnote-label$)/.test(value)) found.push(`id=${value}`);
    }
    if (node instanceof HTMLImageElement && new URL(node.src).origin !== location.origin)
      found.push(node.src);
  }
  return found;
}

test.each(Object.entries(HOSTILE))("nothing of %s survives", async (_name, markdown) => {
  const { container } = render(<Markdown text={markdown} />);
  if (markdown.includes("$$")) {
    await waitFor(() => expect(container.querySelector(".katex, .katex-error")).not.toBeNull());
  }
  expect(dangers(container)).toEqual([]);
  expect(container.querySelector("[class*='fixed']")).toBeNull();
});

test("the test would see it", () => {
  const page = document.createElement("div");
  page.innerHTML =
    '<script></script><a href="javascript:x">x</a><img src="//evil.example/a"><p onclick="x" id="y">';
  expect(dangers(page)).toHaveLength(6);
});

test("what was written is not lost: raw HTML is shown as the text it is", () => {
  const { container } = render(<Markdown text={"Use <em>this</em> tag.\n\n<div>block</div>"} />);
  expect(container.textContent).toContain("<em>this</em>");
  expect(container.textContent).toContain("<div>block</div>");
});

test("a line break in a table stays a line break, and comments are not shown", () => {
  const { container } = render(<Markdown text={"| a |\n| - |\n| x<br>y |\n\n<!-- hidden -->"} />);
  expect(container.querySelector("td br")).not.toBeNull();
  expect(container.textContent).not.toContain("hidden");
});

test("links lead out beside the app and tell nobody where from", () => {
  const { container } = render(<Markdown text="[out](https://ok.example/a) [in](/tasks) [here](#s-x)" />);
  const [out, inside, here] = container.querySelectorAll("a");
  expect([out?.target, out?.rel]).toEqual(["_blank", "noopener noreferrer"]);
  expect(out?.textContent).toBe("out (opens in a new tab)");
  expect([inside?.target, here?.getAttribute("href")]).toEqual(["", "#s-x"]);
});

test("the title is left to the page, headings have anchors in any script, each its own", () => {
  const { container } = render(
    <Markdown text={"# Title\n\n## The idea\n\n## The idea\n\n### 基本 想法\n\n# Second"} />,
  );
  const ids = [...container.querySelectorAll("h1, h2, h3")].map((node) => `${node.tagName} ${node.id}`);
  expect(ids).toEqual(["H2 s-the-idea", "H2 s-the-idea-2", "H3 s-基本-想法", "H2 s-second"]);
});

test("a picture of this installation is shown", () => {
  const { container } = render(<Markdown text="![a map](/api/v1/files/1.png)" />);
  expect(container.querySelector("img")?.alt).toBe("a map");
});

test("a table can be scrolled by keyboard and has a name", () => {
  const { container } = render(<Markdown text={"| a | b |\n| :- | -: |\n| 1 | 2 |"} />);
  const table = container.querySelector("section");
  expect([table?.tabIndex, table?.getAttribute("aria-label")]).toEqual([0, "Table"]);
});

test("code is there as it was written, with its language, whatever the colours do", async () => {
  const { container } = render(<Markdown text={"```python\ndef f(x):\n    return '<b>'\n```"} />);
  expect(container.querySelector("figcaption span")?.textContent).toBe("python");
  await waitFor(() => expect(container.querySelectorAll("pre code span span").length).toBeGreaterThan(4));
  expect(container.querySelector("pre")?.textContent).toBe("def f(x):\n    return '<b>'\n");
});

test("while it is written a diagram is still code", () => {
  const { container } = render(<Markdown live text={"```mermaid\nflowchart TD\n  A --> "} />);
  expect(container.querySelector("pre")?.textContent).toContain("flowchart TD");
});

test("a formula is set, and money is not a formula", async () => {
  const { container } = render(
    <Markdown text={"It costs $5 to $10, and $E = mc^2$ holds.\n\n$$\n\\frac{1}{2}\n$$"} />,
  );
  await waitFor(() => expect(container.querySelectorAll(".katex")).toHaveLength(2));
  expect(container.textContent).toContain("costs $5 to $10, and");
});
