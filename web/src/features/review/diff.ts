/** A change between two versions as the API tells it, made ready to be read. */
export interface Told {
  kind: "added" | "removed" | "moved" | "renamed" | "changed";
  node: "roadmap" | "stage" | "module" | "concept";
  name: string;
  /** Field and its values as text, for `renamed` and `changed`. */
  field?: string;
  before?: string;
  after?: string;
}

type Raw = Record<string, unknown>;

function isRecord(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NODES = { stages: "stage", modules: "module", concepts: "concept" } as const;

function isNodes(word: string): word is keyof typeof NODES {
  return word in NODES;
}

/** `names`: id → name, for nodes whose change does not carry one; those that came or went name themselves. */
export function toldChanges(changes: readonly unknown[], names: ReadonlyMap<string, string>): Told[] {
  const records = changes.filter(isRecord);
  const known = new Map(names);
  for (const { node_id, before, after } of records) {
    const node = [after, before].find(isRecord);
    if (typeof node?.name === "string") known.set(String(node_id), node.name);
  }
  return records.map((change) => told(change, known));
}

function told(change: Raw, names: ReadonlyMap<string, string>): Told {
  const id = String(change.node_id ?? "");
  const path = String(change.path ?? "").split("/");
  const op = String(change.op ?? "");
  const words = op === "update" ? path.slice(0, -1) : path;
  const last = words.findLast(isNodes);
  const node: Told["node"] = last && isNodes(last) ? NODES[last] : "roadmap";
  const carried = [change.after, change.before].filter(isRecord).map((one) => one.name);
  const name = carried.find((one) => typeof one === "string") ?? names.get(id) ?? "";
  const base = { node, name: String(name) };
  if (op === "add") return { ...base, kind: "added" };
  if (op === "remove") return { ...base, kind: "removed" };
  if (op === "move") return { ...base, kind: "moved" };
  const field = path.at(-1) ?? "";
  const values = { field, before: valueText(change.before, names), after: valueText(change.after, names) };
  return { ...base, ...values, kind: field === "name" || field === "title" ? "renamed" : "changed" };
}

function valueText(value: unknown, names: ReadonlyMap<string, string>): string {
  if (Array.isArray(value)) return value.map((one) => names.get(String(one)) ?? String(one)).join(", ");
  return value === null || value === undefined ? "" : String(value);
}
