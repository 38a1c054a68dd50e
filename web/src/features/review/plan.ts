import type { components } from "../../api/schema";
import type { Framework } from "../../api/types";

type Sent = components["schemas"]["SentFramework"];

/** A plan while it is edited: the tree as the server takes it, without what the server computes. */
export interface Plan {
  title: string;
  stages: PlanStage[];
  leftOut: Sent["left_out"];
}

export interface PlanStage {
  id: string;
  name: string;
  description: string;
  modules: PlanModule[];
}

export interface PlanModule {
  id: string;
  name: string;
  description: string;
  concepts: PlanConcept[];
}

export interface PlanConcept {
  id: string;
  name: string;
  description: string;
  hours: number;
  prerequisites: string[];
  difficulty: "easy" | "medium" | "hard";
  keywords: string[];
  objectives: string[];
  optional: boolean;
}

export function planOf(framework: Framework): Plan {
  return {
    title: framework.title,
    leftOut: framework.left_out ?? [],
    stages: framework.stages.map((stage) => ({
      id: stage.stage_id,
      name: stage.name,
      description: stage.description,
      modules: stage.modules.map((module) => ({
        id: module.module_id,
        name: module.name,
        description: module.description,
        concepts: module.concepts.map((concept) => ({
          id: concept.concept_id,
          name: concept.name,
          description: concept.description,
          hours: concept.estimated_hours,
          prerequisites: concept.prerequisites ?? [],
          difficulty: concept.difficulty,
          keywords: concept.keywords ?? [],
          objectives: concept.objectives ?? [],
          optional: concept.optional,
        })),
      })),
    })),
  };
}

export function sentOf(plan: Plan): Sent {
  return {
    title: plan.title,
    left_out: plan.leftOut,
    stages: plan.stages.map((stage) => ({
      stage_id: stage.id,
      name: stage.name.trim(),
      description: stage.description,
      modules: stage.modules.map((module) => ({
        module_id: module.id,
        name: module.name.trim(),
        description: module.description,
        concepts: module.concepts.map((concept) => ({
          concept_id: concept.id,
          name: concept.name.trim(),
          description: concept.description,
          estimated_hours: concept.hours,
          prerequisites: concept.prerequisites,
          difficulty: concept.difficulty,
          keywords: concept.keywords,
          objectives: concept.objectives,
          optional: concept.optional,
        })),
      })),
    })),
  };
}

export function conceptsOf(plan: Plan): PlanConcept[] {
  return plan.stages.flatMap((stage) => stage.modules.flatMap((module) => module.concepts));
}

function modulesOf(plan: Plan): PlanModule[] {
  return plan.stages.flatMap((stage) => stage.modules);
}

/** An id that no node has and the server has never seen; the server gives the real one. */
function newId(plan: Plan): string {
  const ids = plan.stages.flatMap((stage) => [
    stage.id,
    ...stage.modules.flatMap((module) => [module.id, ...module.concepts.map((concept) => concept.id)]),
  ]);
  const numbers = ids.map((id) => Number(/^new-(\d+)$/.exec(id)?.[1] ?? 0));
  return `new-${Math.max(0, ...numbers) + 1}`;
}

function mapModules(plan: Plan, change: (module: PlanModule) => PlanModule): Plan {
  return {
    ...plan,
    stages: plan.stages.map((stage) => ({ ...stage, modules: stage.modules.map(change) })),
  };
}

function mapConcepts(plan: Plan, change: (concept: PlanConcept) => PlanConcept): Plan {
  return mapModules(plan, (module) => ({ ...module, concepts: module.concepts.map(change) }));
}

/** A stage, module or concept under another name. */
export function renamed(plan: Plan, id: string, name: string): Plan {
  return {
    ...plan,
    stages: plan.stages.map((stage) => ({
      ...stage,
      name: stage.id === id ? name : stage.name,
      modules: stage.modules.map((module) => ({
        ...module,
        name: module.id === id ? name : module.name,
        concepts: module.concepts.map((concept) => (concept.id === id ? { ...concept, name } : concept)),
      })),
    })),
  };
}

export function withHours(plan: Plan, id: string, hours: number): Plan {
  return mapConcepts(plan, (concept) => (concept.id === id ? { ...concept, hours } : concept));
}

export function withOptional(plan: Plan, id: string, optional: boolean): Plan {
  return mapConcepts(plan, (concept) => (concept.id === id ? { ...concept, optional } : concept));
}

export function withPrerequisites(plan: Plan, id: string, prerequisites: string[]): Plan {
  return mapConcepts(plan, (concept) => (concept.id === id ? { ...concept, prerequisites } : concept));
}

/** Without a stage, module or concept; nothing that stays needs what is gone. */
export function removed(plan: Plan, id: string): Plan {
  const less: Plan = {
    ...plan,
    stages: plan.stages
      .filter((stage) => stage.id !== id)
      .map((stage) => ({
        ...stage,
        modules: stage.modules
          .filter((module) => module.id !== id)
          .map((module) => ({
            ...module,
            concepts: module.concepts.filter((concept) => concept.id !== id),
          })),
      })),
  };
  const kept = new Set(conceptsOf(less).map((concept) => concept.id));
  return mapConcepts(less, (concept) => ({
    ...concept,
    prerequisites: concept.prerequisites.filter((one) => kept.has(one)),
  }));
}

export function emptyConcept(id: string, name: string): PlanConcept {
  return {
    id,
    name,
    description: "",
    hours: 1,
    prerequisites: [],
    difficulty: "medium",
    keywords: [],
    objectives: [],
    optional: false,
  };
}

/** With a new concept at the end of a module; the answer names it. */
export function withConcept(plan: Plan, moduleId: string, name: string): [Plan, string] {
  const id = newId(plan);
  const added = mapModules(plan, (module) =>
    module.id === moduleId ? { ...module, concepts: [...module.concepts, emptyConcept(id, name)] } : module,
  );
  return [added, id];
}

/** With a new module, which holds one new concept, at the end of a stage. */
export function withModule(plan: Plan, stageId: string, name: string, concept: string): [Plan, string] {
  const id = newId(plan);
  const empty: PlanModule = { id, name, description: "", concepts: [] };
  const added: Plan = {
    ...plan,
    stages: plan.stages.map((stage) =>
      stage.id === stageId ? { ...stage, modules: [...stage.modules, empty] } : stage,
    ),
  };
  return [withConcept(added, id, concept)[0], id];
}

/** With a new stage at the end, which holds one module with one concept. */
export function withStage(plan: Plan, name: string, module: string, concept: string): [Plan, string] {
  const id = newId(plan);
  const added: Plan = { ...plan, stages: [...plan.stages, { id, name, description: "", modules: [] }] };
  return [withModule(added, id, module, concept)[0], id];
}

/** A concept to a place in a module, counted without it. */
export function moved(plan: Plan, id: string, moduleId: string, index: number): Plan {
  const concept = conceptsOf(plan).find((one) => one.id === id);
  if (!concept || !modulesOf(plan).some((module) => module.id === moduleId)) return plan;
  return mapModules(plan, (module) => {
    const concepts = module.concepts.filter((one) => one.id !== id);
    if (module.id === moduleId) concepts.splice(Math.max(0, index), 0, concept);
    return concepts.length === module.concepts.length && module.id !== moduleId
      ? module
      : { ...module, concepts };
  });
}

/** A concept one place up (-1) or down (1), over the edge of its module into the next. */
export function stepped(plan: Plan, id: string, by: -1 | 1): Plan {
  const modules = modulesOf(plan);
  const at = modules.findIndex((module) => module.concepts.some((concept) => concept.id === id));
  const here = modules[at];
  if (!here) return plan;
  const index = here.concepts.findIndex((concept) => concept.id === id);
  if (index + by >= 0 && index + by < here.concepts.length) return moved(plan, id, here.id, index + by);
  const next = modules[at + by];
  return next ? moved(plan, id, next.id, by === 1 ? 0 : next.concepts.length) : plan;
}

/** A stage or module one place up or down among its own kind. */
export function shifted(plan: Plan, id: string, by: -1 | 1): Plan {
  const stages = swapped(plan.stages, id, by);
  return {
    ...plan,
    stages: stages.map((stage) => ({ ...stage, modules: swapped(stage.modules, id, by) })),
  };
}

function swapped<T extends { id: string }>(list: T[], id: string, by: -1 | 1): T[] {
  const from = list.findIndex((one) => one.id === id);
  const to = from + by;
  const one = list[from];
  if (!one || to < 0) return list;
  const next = list.filter((other) => other.id !== id);
  next.splice(to, 0, one);
  return next;
}

export const EMPTY_PLAN: Plan = { title: "", stages: [], leftOut: [] };
