import { expect, test } from "vitest";
import { isWhole, joinModel, providerOf, splitModel } from "./models";

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

test("a server that nobody knows has a name of its own", () => {
  expect(providerOf("openai")?.name).toBe("OpenAI");
  expect(providerOf("mine")).toBeUndefined();
});
