/** A form's values by setting name, as texts; what is not set is empty. */
export type Values = Record<string, string>;

/** Stands for a key that is set, here and in what the server says; it is never sent back. */
export const KEPT = "***";

export function isKey(name: string): boolean {
  return name.endsWith("API_KEY");
}

export type KeyState = "unset" | "kept" | "typed" | "removed";

/** `saved` and `now` are KEPT, empty, or (now) what was typed. */
export function keyState(saved: string, now: string): KeyState {
  if (now === KEPT) return "kept";
  if (now !== "") return "typed";
  return saved === KEPT ? "removed" : "unset";
}

export type Sent = string | number | null;

/** What is sent for a form's changes: numbers as numbers, null for what shall be the default again. */
export function sentOf(changes: Partial<Values>, isNumber: (name: string) => boolean): Record<string, Sent> {
  const sent: Record<string, Sent> = {};
  for (const [name, value = ""] of Object.entries(changes)) {
    const text = value.trim();
    if (isKey(name) && text === KEPT) continue;
    const number = text === "" ? Number.NaN : Number(text);
    sent[name] = text === "" ? null : isNumber(name) && !Number.isNaN(number) ? number : text;
  }
  return sent;
}

/** A field as a refusal names it (`values.LLM__MODEL`, `llm.model`), as the form names it. */
export function nameOfField(field: string, names: readonly string[]): string | undefined {
  const plain = field.toUpperCase().replaceAll(".", "__").replace("TRAILWRIGHT_", "");
  return names.find((name) => plain === name || plain.endsWith(`__${name}`));
}

/** The server's words of a field as a sentence: they begin small, as after the field's name. */
export function sentence(words: string): string {
  const plain = words.replaceAll("`", "");
  const whole = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.?]$/.test(whole) ? whole : `${whole}.`;
}
