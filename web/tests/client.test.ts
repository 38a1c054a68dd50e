import { readFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

const WEB = join(import.meta.dirname, "..");

test("the client's types are what openapi.json says (npm run api makes them)", async () => {
  const described = JSON.parse(readFileSync(join(WEB, "openapi.json"), "utf8"));
  const kept = readFileSync(join(WEB, "src/api/schema.d.ts"), "utf8");
  expect(kept.endsWith(astToString(await openapiTS(described)))).toBe(true);
});
