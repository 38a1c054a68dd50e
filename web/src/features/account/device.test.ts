import { expect, test } from "vitest";
import { deviceOf } from "./device";

test("a browser and its system are named", () => {
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
  expect(deviceOf(chrome)).toEqual({ browser: "Chrome", system: "Linux" });
  const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1";
  expect(deviceOf(phone)).toEqual({ browser: "Safari", system: "iOS" });
});

test("what says nothing known is not guessed", () => {
  for (const agent of ["", "curl/8.0", null, undefined]) expect(deviceOf(agent)).toBeNull();
});
