import { expect, test } from "vitest";
import { fieldOfCode, missingIn, SERVER, valuesOf, withProvider } from "./remote";

test("a provider is called by its own address, whatever address was typed for a server before", () => {
  const remote = {
    ...withProvider("openai"),
    name: " gpt-5-mini ",
    key: " sk-1 ",
    address: "http://127.0.0.1:1234/v1",
  };
  expect(valuesOf(remote)).toEqual({
    LLM__MODEL: "openai:gpt-5-mini",
    LLM__BASE_URL: null,
    LLM__API_KEY: "sk-1",
  });
});

test("a server needs an address and a model, and no key", () => {
  expect(missingIn(SERVER)).toEqual(["address", "name"]);
  const whole = { ...SERVER, address: "http://127.0.0.1:11434/v1", name: "qwen2.5:7b" };
  expect(missingIn(whole)).toEqual([]);
  expect(valuesOf(whole)).toEqual({
    LLM__MODEL: "other:qwen2.5:7b",
    LLM__BASE_URL: "http://127.0.0.1:11434/v1",
    LLM__API_KEY: null,
  });
});

test("a provider comes with a model that will do, and needs a key", () => {
  expect(withProvider("anthropic").name).toBe("claude-haiku-4-5");
  expect(missingIn(withProvider("anthropic"))).toEqual(["key"]);
  expect(missingIn({ ...withProvider("openai"), name: " " })).toEqual(["name", "key"]);
});

test("what a test found wrong is said at the field it is about", () => {
  expect(fieldOfCode("model_auth", "key")).toBe("key");
  expect(fieldOfCode("model_not_found", "server")).toBe("name");
  expect(fieldOfCode("model_unavailable", "server")).toBe("address");
  expect(fieldOfCode("model_unavailable", "key")).toBeUndefined();
});
