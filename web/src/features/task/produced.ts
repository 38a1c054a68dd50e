import type { Found, Said } from "../../ui/said";

/** What steps hand over, out of their free-form results. What is not as expected is left out, never shown raw. */
type Raw = Record<string, unknown>;

function record(value: unknown): Raw | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function records(value: unknown): Raw[] {
  return Array.isArray(value) ? value.map(record).filter((one) => one !== null) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

export interface Intent {
  summary: string;
  required: string[];
  known: string[];
  weeks: number | null;
}

export function intentIn(result: unknown): Intent | null {
  const intent = record(record(result)?.intent);
  if (!intent) return null;
  return {
    summary: text(intent.summary) || text(intent.subject),
    required: texts(intent.required_skills),
    known: texts(intent.known_skills),
    weeks: typeof intent.recommended_weeks === "number" ? intent.recommended_weeks : null,
  };
}

export interface OutlineStage {
  name: string;
  modules: { name: string; count: number; concepts: string[] }[];
}

export function outlineIn(result: unknown): OutlineStage[] | null {
  const outline = record(record(result)?.outline);
  if (!outline) return null;
  return records(outline.stages).map((stage) => ({
    name: text(stage.name),
    modules: records(stage.modules).map((module) => ({
      name: text(module.name),
      count: typeof module.concept_count === "number" ? module.concept_count : 0,
      concepts: records(module.concepts).map((concept) => text(concept.name)),
    })),
  }));
}

function moduleIn(result: unknown): string[] | null {
  const module = record(record(result)?.module);
  return module && records(module.concepts).map((concept) => text(concept.name));
}

/** The plan as far as the design has come: the outline, with the concepts of the modules that are there. */
export function previewOf(steps: readonly { kind: string; part: number; result: unknown }[]): OutlineStage[] {
  const outline = steps.find((one) => one.kind === "curriculum_outline");
  const stages = outlineIn(outline?.result) ?? [];
  const parts = new Map(
    steps.filter((one) => one.kind === "curriculum_module").map((one) => [one.part, moduleIn(one.result)]),
  );
  let part = -1;
  return stages.map((stage) => ({
    ...stage,
    modules: stage.modules.map((module) => {
      part += 1;
      return { ...module, concepts: parts.get(part) ?? module.concepts };
    }),
  }));
}

export function findingsIn(result: unknown): Found[] | null {
  const raw = record(result);
  if (!raw || !("findings" in raw)) return null;
  return records(raw.findings).map((one) => ({
    where: text(one.where),
    message: text(one.message),
    said: saidIn(one),
  }));
}

/** The sentence in something that carries one as `said`. */
export function saidIn(holder: unknown): Said | null {
  const said = record(record(holder)?.said);
  if (!said) return null;
  const params: Said["params"] = {};
  for (const [name, value] of Object.entries(record(said.params) ?? {})) {
    if (typeof value === "string" || typeof value === "number") params[name] = value;
  }
  return { code: text(said.code), params };
}

export function plannedIn(result: unknown): string[] {
  return records(record(record(result)?.plan)?.changes)
    .map((one) => text(one.instruction))
    .filter(Boolean);
}
