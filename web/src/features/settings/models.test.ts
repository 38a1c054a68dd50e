import { expect, test } from "vitest";
import { isWhole, joinModel, PROVIDERS, providerOf, splitModel } from "./models";

test("a model's name may itself have a colon", () => {
  expect(splitModel("ollama:qwen2.5:7b")).toEqual({ provider: "ollama", name: "qwen2.5:7b" });
  expect(joinModel("ollama", "qwen2.5:7b")).toBe("ollama:qwen2.5:7b");
});

test("the local model has a provider only", () => {
  expect(splitModel("local")).toEqual({ provider: "local", name: "" });
  expect(joinModel("local", "left over from before")).toBe("local");
});

test("a provider without a model is not whole", () => {
  expect([isWhole("local"), isWhole("openai:gpt-5-mini"), isWhole("openai:"), isWhole("")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("every provider asks for a key or has an address of one's own", () => {
  expect(PROVIDERS.filter((one) => one.key === one.own)).toEqual([]);
  expect(providerOf("mine")).toBeUndefined();
});
