import { expect, test } from "vitest";
import { parsedSvg } from "./svg";

const drawing = (inside: string, attributes = "") =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`;

test.each([
  ["a script", "<script>alert(1)</script>"],
  ["HTML inside", '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/></foreignObject>'],
  ["a handler", '<rect onclick="alert(1)" ONLOAD="alert(1)"/>'],
  ["a link", '<a xlink:href="javascript:alert(1)" href="https://evil.example"><rect/></a>'],
  ["a link changed later", '<a><set attributeName="href" to="javascript:alert(1)"/></a>'],
  ["an animated link", '<a><animate attributeName="href" values="javascript:alert(1)"/></a>'],
  ["a picture", '<image href="https://evil.example/x.png"/>'],
  ["a copy from elsewhere", '<use href="https://evil.example/x.svg#a"/>'],
  ["a fill from elsewhere", '<rect fill="url(https://evil.example/x)"/>'],
  [
    "a style from elsewhere",
    "<style>@import 'https://evil.example/x'; a{fill:url('//evil.example/y')}</style>",
  ],
])("nothing of %s is left in a drawing", (_name, inside) => {
  const svg = parsedSvg(drawing(inside, 'onload="alert(1)"'));
  expect(svg.outerHTML).not.toMatch(/alert|evil|iframe|onload|onclick/i);
});

test("a text keeps the line it is written along", () => {
  const svg = parsedSvg(drawing('<text><textPath href="#way">x</textPath></text>'));
  expect(svg.querySelector("textPath")?.getAttribute("href")).toBe("#way");
});

test("arrows keep their heads", () => {
  const svg = parsedSvg(drawing('<path marker-end="url(#head)"/><rect fill="#fff"/>'));
  expect(svg.querySelector("path")?.getAttribute("marker-end")).toBe("url(#head)");
});

test("what is no drawing is refused", () => {
  expect(() => parsedSvg("<svg")).toThrow();
  expect(() => parsedSvg('<html xmlns="http://www.w3.org/1999/xhtml"/>')).toThrow();
});
