/** A provider as people know it; `key`: whether it asks for one. */
export interface Provider {
  id: string;
  name: string;
  key: boolean;
  example: string;
}

export const PROVIDERS: readonly Provider[] = [
  { id: "openai", name: "OpenAI", key: true, example: "gpt-5-mini" },
  { id: "anthropic", name: "Anthropic", key: true, example: "claude-haiku-4-5" },
  { id: "google", name: "Google Gemini", key: true, example: "gemini-2.5-flash" },
  { id: "openrouter", name: "OpenRouter", key: true, example: "deepseek/deepseek-chat" },
  { id: "deepseek", name: "DeepSeek", key: true, example: "deepseek-chat" },
  { id: "groq", name: "Groq", key: true, example: "llama-3.3-70b-versatile" },
  { id: "mistral", name: "Mistral", key: true, example: "mistral-small-latest" },
  {
    id: "together",
    name: "Together",
    key: true,
    example: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
  },
  { id: "ollama", name: "Ollama", key: false, example: "qwen2.5:7b" },
  { id: "lmstudio", name: "LM Studio", key: false, example: "qwen2.5-7b-instruct" },
  { id: "vllm", name: "vLLM", key: false, example: "Qwen/Qwen2.5-7B-Instruct" },
];

export const LOCAL = "local";
export const OTHER = "other";

/** `provider:model` in two; `local` is a provider without a model's name. */
export function splitModel(model: string): { provider: string; name: string } {
  const colon = model.indexOf(":");
  if (colon < 0) return { provider: model, name: "" };
  return { provider: model.slice(0, colon), name: model.slice(colon + 1) };
}

/** As the server wants it. A server without a provider's name is called `other`. */
export function joinModel(provider: string, name: string): string {
  return provider === LOCAL ? LOCAL : `${provider}:${name.trim()}`;
}

export function providerOf(id: string): Provider | undefined {
  return PROVIDERS.find((one) => one.id === id);
}

/** Whether a model's name is complete. */
export function isWhole(model: string): boolean {
  return model === LOCAL || /^[^:]+:\S/.test(model);
}
