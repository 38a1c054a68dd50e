import type { components } from "./schema";

type Schemas = components["schemas"];

export type Task = Schemas["Task"];
export type TaskSummary = Schemas["TaskSummary"];
export type TaskStatus = Schemas["TaskStatus"];
export type TaskType = Schemas["TaskType"];
export type Step = Schemas["Step"];
export type StepResult = Schemas["StepResult"];
export type LogLine = Schemas["LogLine"];
export type Progress = Schemas["Progress"];
export type ItemStatus = Schemas["ItemStatus"];
export type OverallStatus = Schemas["ConceptDetail"]["overall_status"];
export type ContentType = NonNullable<Task["content_type"]>;
export type Fault = Schemas["Fault"];
export type Roadmap = Schemas["RoadmapDetail"];
export type RoadmapSummary = Schemas["RoadmapSummary"];
export type Framework = Schemas["FrameworkDetail"];
export type Stage = Schemas["StageDetail"];
export type Module = Schemas["ModuleDetail"];
export type Concept = Schemas["ConceptDetail"];
export type PlainFramework = Schemas["Framework"];
export type Cover = Schemas["Cover"];
export type Preferences = Schemas["Preferences"];
export type Profile = Schemas["Profile"];
export type Quote = Schemas["QuoteAnswer"];
export type Problem = Schemas["Problem"];

export const CONTENT_TYPES: readonly ContentType[] = ["tutorial", "resources", "quiz"];

/** The person can only wait: the task goes on without them. */
export function isAtWork(status: TaskStatus): boolean {
  return status === "pending" || status === "processing";
}

/** The four statuses after which nothing happens by itself. */
export function isTerminal(status: TaskStatus): boolean {
  switch (status) {
    case "completed":
    case "partial_failure":
    case "failed":
    case "cancelled":
      return true;
    case "pending":
    case "processing":
    case "human_review_pending":
    case "paused":
      return false;
    default:
      return status satisfies never;
  }
}
