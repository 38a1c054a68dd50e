import { expect, test } from "vitest";
import { KEPT, keyState, nameOfField, sentence, sentOf } from "./values";

const isNumber = (name: string) => name === "LLM__RPM";

test("a key that is set is never sent back; a typed one is, a removed one is cleared", () => {
  expect(sentOf({ LLM__API_KEY: KEPT }, isNumber)).toEqual({});
  expect(sentOf({ LLM__API_KEY: " sk-new " }, isNumber)).toEqual({ LLM__API_KEY: "sk-new" });
  expect(sentOf({ LLM__API_KEY: "" }, isNumber)).toEqual({ LLM__API_KEY: null });
});

test("numbers go as numbers, an emptied field goes back to its default", () => {
  expect(sentOf({ LLM__RPM: "60", LLM__MODEL: "ollama:qwen2.5:7b" }, isNumber)).toEqual({
    LLM__RPM: 60,
    LLM__MODEL: "ollama:qwen2.5:7b",
  });
  expect(sentOf({ LLM__RPM: "" }, isNumber)).toEqual({ LLM__RPM: null });
});

test("what is no number goes as it was typed, so that the server can say what is wrong", () => {
  expect(sentOf({ LLM__RPM: "many" }, isNumber)).toEqual({ LLM__RPM: "many" });
});

test("a key is one of four things", () => {
  expect(keyState("", "")).toBe("unset");
  expect(keyState(KEPT, KEPT)).toBe("kept");
  expect(keyState(KEPT, "sk-new")).toBe("typed");
  expect(keyState("", "sk-new")).toBe("typed");
  expect(keyState(KEPT, "")).toBe("removed");
});

test("a refusal's field finds its place in the form, however it is named", () => {
  const names = ["LLM__MODEL", "LLM__AGENTS__QUIZ__MODEL", "LLM__API_KEY"];
  expect(nameOfField("LLM__MODEL", names)).toBe("LLM__MODEL");
  expect(nameOfField("values.LLM__MODEL", names)).toBe("LLM__MODEL");
  expect(nameOfField("TRAILWRIGHT_LLM__MODEL", names)).toBe("LLM__MODEL");
  expect(nameOfField("llm.agents.quiz.model", names)).toBe("LLM__AGENTS__QUIZ__MODEL");
  expect(nameOfField("body", names)).toBeUndefined();
});

test("the server's words of a field stand as a sentence", () => {
  expect(sentence("must be `local`")).toBe("Must be local.");
  expect(sentence("Mend it.")).toBe("Mend it.");
});
