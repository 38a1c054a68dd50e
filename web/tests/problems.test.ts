import i18next, { type TFunction } from "i18next";
import { beforeAll, expect, test } from "vitest";
import { ApiError, faultInWords, refusalInWords } from "../src/api/problems";
import { setLanguage, startI18n } from "../src/app/i18n";

beforeAll(startI18n);

function refused(status: number, code: string): string {
  const t: TFunction<"common"> = i18next.getFixedT(null, "common");
  return refusalInWords(new ApiError({ status, code, detail: "Some words of the server." }), t);
}

const CODES = [
  [422, "deadline_in_past"],
  [422, "invalid"],
  [422, "a_code_of_a_newer_server"],
  [409, "setting_locked"],
  [409, "a_code_of_a_newer_server"],
  [404, "picture_not_found"],
  [500, "a_code_of_a_newer_server"],
] as const;

test.each(CODES)(
  "a refusal with %d %s is said in Chinese where the interface is Chinese",
  async (status, code) => {
    await setLanguage("zh");
    expect(refused(status, code)).toMatch(/^[^A-Za-z]*[\u4e00-\u9fff][^A-Za-z]*$/u);
  },
);

test("a fault of a newer server is said in Chinese too", async () => {
  await setLanguage("zh");
  const t: TFunction<"common"> = i18next.getFixedT(null, "common");
  expect(faultInWords({ code: "a_new_fault", message: "Some words of the server." }, t)).not.toContain(
    "Some",
  );
});

test("in English the server's own words are shown where the app has none", async () => {
  await setLanguage("en");
  expect(refused(422, "a_code_of_a_newer_server")).toBe("Some words of the server.");
});
