import type { Concept, Fault, ItemStatus, OverallStatus, Progress, Roadmap, Task } from "../api/types";
import { coverOf, type ItemState, type TaskEvent } from "./event";
import { countsOf, type Folded, itemOf, statusOf } from "./fold";

/** `task` as its log tells it; unchanged when the answer is newer than the log. */
export function withLog<T extends Omit<Task, "usage">>(
  task: T,
  state: Folded,
  events: readonly TaskEvent[],
): T {
  if (state.lastSeq <= task.last_seq) return task;
  const review = state.underReview
    ? events.findLast((one) => one.type === "human_review_required")
    : undefined;
  const end = state.ended ? events.findLast((one) => one.type === state.ended) : undefined;
  return {
    ...task,
    status: statusOf(state),
    current_step: state.currentStep,
    progress: countsOf(state) ?? task.progress,
    error: end ? (end.error ?? null) : null,
    finished_at: end ? end.timestamp : null,
    version: review?.data?.version ?? (state.underReview ? task.version : null),
    data: state.underReview ? (reviewData(review) ?? task.data) : null,
    last_seq: state.lastSeq,
  };
}

function reviewData(event: TaskEvent | undefined): Task["data"] {
  const version = event?.data?.version;
  if (version === undefined) return null;
  const questions = event?.data?.questions;
  return { version, questions: isQuestions(questions) ? questions : null };
}

type Questions = NonNullable<NonNullable<Task["data"]>["questions"]>;

function isQuestions(value: unknown): value is Questions {
  return Array.isArray(value) && value.every((one) => typeof one === "object" && one && "question_id" in one);
}

/** `roadmap` after events of its tasks; those that its snapshot (`as_of`) has seen change nothing.


 * Only what events tell: names and order of a changed plan are asked for again, once per change. Untouched
 * stages, modules and concepts stay the same objects, so that only what changed is drawn anew. */
export function withEvents(roadmap: Roadmap, events: readonly TaskEvent[]): Roadmap {
  const fresh = events.filter(
    (event) => event.roadmap_id === roadmap.roadmap_id && event.seq > (roadmap.as_of[event.task_id] ?? 0),
  );
  if (fresh.length === 0) return roadmap;
  const asOf = { ...roadmap.as_of };
  const changes = new Map<string, Change[]>();
  for (const event of fresh) {
    asOf[event.task_id] = Math.max(asOf[event.task_id] ?? 0, event.seq);
    for (const change of changesOf(event)) {
      changes.set(change.concept_id, [...(changes.get(change.concept_id) ?? []), change]);
    }
  }
  const covers = fresh.map(coverOf).filter((one) => one?.roadmap_id === roadmap.roadmap_id);
  const changed = { ...roadmap, cover: covers.at(-1) ?? roadmap.cover, as_of: asOf };
  if (changes.size === 0 || !roadmap.framework) return changed;
  const stages = mapKept(roadmap.framework.stages, (stage) => {
    const modules = mapKept(stage.modules, (module) => {
      const concepts = mapKept(module.concepts, (concept) =>
        (changes.get(concept.concept_id) ?? []).reduce(withChange, concept),
      );
      return concepts === module.concepts ? module : { ...module, concepts };
    });
    return modules === stage.modules ? stage : { ...stage, modules };
  });
  const framework = { ...roadmap.framework, stages };
  return { ...changed, framework, progress: roadmap.progress ? progressOf(framework) : null };
}

/** `map`, but the same array when no element changed. */
function mapKept<T>(list: T[], change: (one: T) => T): T[] {
  const next = list.map(change);
  return next.some((one, index) => one !== list[index]) ? next : list;
}

interface Change extends ItemState {
  error?: Fault | null;
  event?: TaskEvent;
}

function changesOf(event: TaskEvent): Change[] {
  const item = itemOf(event);
  if (item) return [{ ...item, error: event.error ?? null, event }];
  if (event.type === "concept_all_content_complete") return [];
  return event.data?.items ?? [];
}

function withChange(concept: Concept, change: Change): Concept {
  const error = change.status === "failed" ? (change.error ?? null) : null;
  const data = change.event?.type === "concept_complete" ? change.event.data : undefined;
  switch (change.content_type) {
    case "tutorial":
      return withOverall({
        ...concept,
        content_status: change.status,
        content_error: change.error === undefined ? concept.content_error : error,
        tutorial_id: data?.tutorial_id ?? concept.tutorial_id,
        content_ref: data?.content_ref ?? concept.content_ref,
        content_version: data?.version ?? concept.content_version,
      });
    case "resources":
      return withOverall({
        ...concept,
        resources_status: change.status,
        resources_error: change.error === undefined ? concept.resources_error : error,
        resources_id: data?.resources_id ?? concept.resources_id,
      });
    case "quiz":
      return withOverall({
        ...concept,
        quiz_status: change.status,
        quiz_error: change.error === undefined ? concept.quiz_error : error,
        quiz_id: data?.quiz_id ?? concept.quiz_id,
      });
    default:
      change.content_type satisfies never;
      return concept;
  }
}

function withOverall(concept: Concept): Concept {
  return {
    ...concept,
    overall_status: overall([concept.content_status, concept.resources_status, concept.quiz_status]),
  };
}

/** The first that fits of: any generating; any pending; all completed; all failed; else partial. */
export function overall(statuses: readonly ItemStatus[]): OverallStatus {
  if (statuses.includes("generating")) return "generating";
  if (statuses.includes("pending")) return "pending";
  if (statuses.every((one) => one === "completed")) return "completed";
  if (statuses.every((one) => one === "failed")) return "failed";
  return "partial_failure";
}

function progressOf(framework: NonNullable<Roadmap["framework"]>): Progress {
  const counts = { completed: 0, failed: 0, generating: 0, pending: 0 };
  let total = 0;
  for (const stage of framework.stages) {
    for (const module of stage.modules) {
      for (const concept of module.concepts) {
        for (const status of [concept.content_status, concept.resources_status, concept.quiz_status]) {
          counts[status] += 1;
          total += 1;
        }
      }
    }
  }
  const done = counts.completed + counts.failed;
  return { ...counts, total, percentage: total === 0 ? 0 : Math.floor((done * 100) / total) };
}
