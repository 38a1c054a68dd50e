import { beforeEach, expect, test } from "vitest";
import { draftsOf, merged } from "./drafts";

interface Form {
  model: string;
  key: string;
  kinds: string[];
}

const saved: Form = { model: "local", key: "", kinds: ["text"] };

beforeEach(() => {
  sessionStorage.clear();
  draftsOf<Form>("model");
});

test("a field that was changed back to what is saved is no change", () => {
  const once = merged(saved, {}, { model: "openai:gpt-5-mini", kinds: ["text", "audio"] });
  expect(once).toEqual({ model: "openai:gpt-5-mini", kinds: ["text", "audio"] });
  expect(merged(saved, once, { model: "local", kinds: ["text"] })).toEqual({});
});

test("unsaved changes are there again after the page is loaded anew", () => {
  draftsOf<Form>("model").set({ model: "ollama:qwen2.5:7b" });
  expect(draftsOf<Form>("model").get()).toEqual({ model: "ollama:qwen2.5:7b" });
});

test("a key that was typed is never written to the browser's storage", () => {
  const drafts = draftsOf<Form>("model", (field) => field === "key");
  drafts.set({ model: "openai:gpt-5-mini", key: "sk-secret" });
  expect(drafts.get().key).toBe("sk-secret");
  expect(JSON.stringify({ ...sessionStorage })).not.toContain("sk-secret");
  expect(draftsOf<Form>("model").get()).toEqual({ model: "openai:gpt-5-mini" });
});

test("saved or discarded changes leave nothing behind", () => {
  const drafts = draftsOf<Form>("model");
  drafts.set({ model: "x:y" });
  drafts.set({});
  expect(sessionStorage.length).toBe(0);
});

test("closing the tab is asked about as long as something is not saved", () => {
  const asks = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  const drafts = draftsOf<Form>("other");
  expect(asks()).toBe(false);
  drafts.set({ model: "x:y" });
  expect(asks()).toBe(true);
  drafts.set({});
  expect(asks()).toBe(false);
});
