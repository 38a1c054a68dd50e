import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const LOCALES = join(import.meta.dirname, "../src/locales");

type Messages = { [key: string]: string | Messages };

function read(language: string, file: string): Messages {
  return JSON.parse(readFileSync(join(LOCALES, language, file), "utf8"));
}

/** Every message by its full key; plural forms count as one key, since languages differ in them. */
function flat(messages: Messages, prefix = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(messages)) {
    if (typeof value === "string") all.set(prefix + key.replace(/_(one|other)$/, ""), value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) all.set(inner, text);
  }
  return all;
}

const files = readdirSync(join(LOCALES, "en"));

test("both languages have the same files", () => {
  expect(readdirSync(join(LOCALES, "zh"))).toEqual(files);
});

test.each(files)("%s holds the same keys and the same blanks in English and Chinese", (file) => {
  const english = flat(read("en", file));
  const chinese = flat(read("zh", file));
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  const blanks = (text = "") => [...new Set(text.match(/{{\w+}}/g))].sort();
  for (const [key, text] of english) expect([key, blanks(chinese.get(key))]).toEqual([key, blanks(text)]);
});

test.each(files)("%s speaks plainly: no exclamation mark, no emoji, nothing empty", (file) => {
  for (const language of ["en", "zh"]) {
    for (const [key, text] of flat(read(language, file))) {
      expect([key, /[!！]|\p{Extended_Pictographic}/u.test(text), text.trim() === ""]).toEqual([
        key,
        false,
        false,
      ]);
    }
  }
});
