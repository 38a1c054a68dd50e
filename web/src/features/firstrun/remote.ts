import { joinModel, OTHER, providerOf } from "../settings/models";

/** The form for a model elsewhere, as typed. `key`: a provider's; `server`: one that a person runs. */
export interface Remote {
  kind: "key" | "server";
  provider: string;
  name: string;
  address: string;
  key: string;
}

export type Asked = "name" | "address" | "key";

/** A provider's key with a model of its that will do; nobody need know a model's name to begin. */
export function withProvider(provider: string): Remote {
  return { kind: "key", provider, name: providerOf(provider)?.example ?? "", address: "", key: "" };
}

export const SERVER: Remote = { kind: "server", provider: OTHER, name: "", address: "", key: "" };

/** What is tested and then saved. What is empty is taken away, so that nothing of an earlier choice stays. */
export function valuesOf(remote: Remote): Record<string, string | null> {
  const provider = remote.kind === "server" ? OTHER : remote.provider;
  return {
    LLM__MODEL: joinModel(provider, remote.name),
    LLM__BASE_URL: remote.kind === "server" ? remote.address.trim() : null,
    LLM__API_KEY: remote.key.trim() || null,
  };
}

/** What is still missing; a server of one's own needs no key. */
export function missingIn(remote: Remote): Asked[] {
  const wanted: Asked[] = remote.kind === "key" ? ["name", "key"] : ["address", "name"];
  return wanted.filter((field) => remote[field].trim() === "");
}

/** The field that a test's code points at. */
export function fieldOfCode(code: string, kind: Remote["kind"]): Asked | undefined {
  if (code === "model_auth") return "key";
  if (code === "model_not_found") return "name";
  if (kind === "server" && ["model_unavailable", "model_invalid_output", "model_timeout"].includes(code))
    return "address";
  return undefined;
}
