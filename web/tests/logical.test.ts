import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "../src");

/** Classes that name a side of the screen; where one reads from right to left they point to the wrong one. */
const SIDES =
  /(?<=[\s"'`:])-?(?:m[lr]|p[lr]|left|right)-[\d.[]\S*|(?<=[\s"'`:])(?:(?:border|rounded)-[lr]|text-left|text-right)(?=[-\s"'`])/g;

function pages(): string[] {
  const names = readdirSync(SOURCES, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".tsx"));
}

test("no class names left or right: start and end turn with the language", () => {
  expect(" ml-2 sm:pl-4 text-left rounded-l-lg".match(SIDES)).toHaveLength(4);
  const found = pages().flatMap((name) => {
    const names = readFileSync(join(SOURCES, name), "utf8").match(SIDES) ?? [];
    return names.map((one) => `${name}: ${one}`);
  });
  expect(found).toEqual([]);
});
