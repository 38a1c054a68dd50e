import type messages from "../../locales/en/settings.json";

/** A setting the page shows, with words of its own. */
export type FieldName = keyof typeof messages.field;
export type Unit = keyof typeof messages.unit;

export interface Field {
  name: FieldName;
  kind: "text" | "url" | "number" | "key";
  unit?: Unit;
}

export interface ChoiceField {
  name: "SEARCH__PROVIDER" | "COVERS__PROVIDER" | "LLM__LOCAL_MODEL";
  values: readonly (keyof typeof messages.choice)[];
}

export const LOCAL_MODEL: ChoiceField = { name: "LLM__LOCAL_MODEL", values: ["1.5b", "0.5b"] };

export const SEARCH_PROVIDER: ChoiceField = {
  name: "SEARCH__PROVIDER",
  values: ["none", "tavily", "brave", "searxng", "ddgs"],
};

export const COVERS_PROVIDER: ChoiceField = {
  name: "COVERS__PROVIDER",
  values: ["local", "unsplash", "openai"],
};

export const LIMITS: readonly Field[] = [
  { name: "BUDGET__MAX_COST_USD", kind: "number", unit: "dollars" },
  { name: "BUDGET__USER_MONTH_USD", kind: "number", unit: "dollars" },
  { name: "LLM__MAX_CONCURRENCY", kind: "number", unit: "calls" },
  { name: "LLM__RPM", kind: "number", unit: "perMinute" },
  { name: "LLM__TPM", kind: "number", unit: "tokens" },
  { name: "LLM__TIMEOUT_S", kind: "number", unit: "seconds" },
  { name: "LLM__MAX_ATTEMPTS", kind: "number", unit: "tries" },
  { name: "RETRY__ITEM_LIMIT", kind: "number", unit: "times" },
  { name: "RETRY__ITEM_WINDOW_S", kind: "number", unit: "seconds" },
];

export const AGENTS = [
  "intent",
  "architect",
  "validator",
  "editor",
  "tutorial",
  "resources",
  "quiz",
] as const;
export type Agent = (typeof AGENTS)[number];

export function agentField(agent: Agent, what: "MODEL" | "BASE_URL" | "API_KEY"): string {
  return `LLM__AGENTS__${agent.toUpperCase()}__${what}`;
}

export type PartName = "model" | "search" | "covers" | "limits";

/** Which settings each part of the page shows and saves. */
export const PART_NAMES: Record<PartName, readonly string[]> = {
  model: [
    "LLM__MODEL",
    "LLM__BASE_URL",
    "LLM__API_KEY",
    "LLM__LOCAL_MODEL",
    ...AGENTS.flatMap((agent) => [
      agentField(agent, "MODEL"),
      agentField(agent, "BASE_URL"),
      agentField(agent, "API_KEY"),
    ]),
  ],
  search: ["SEARCH__PROVIDER", "SEARCH__BASE_URL", "SEARCH__API_KEY"],
  covers: ["COVERS__PROVIDER", "COVERS__BASE_URL", "COVERS__API_KEY", "COVERS__MODEL"],
  limits: LIMITS.map((field) => field.name),
};
