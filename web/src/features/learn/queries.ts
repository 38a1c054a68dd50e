import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { ApiError } from "../../api/problems";
import { keys } from "../../api/queries";
import type { components } from "../../api/schema";
import type { Concept, ContentType, Roadmap } from "../../api/types";
import { gradeShared } from "../share/server";
import { statusField } from "./items";

type Schemas = components["schemas"];
export type TutorialInfo = Schemas["TutorialInfo"];
export type ResourcesAnswer = Schemas["ResourcesAnswer"];
export type Resource = Schemas["Resource"];
export type QuizAnswer = Schemas["QuizAnswer"];
export type Receipt = Schemas["Receipt"];
export type Wish = { instruction: string; preferences?: Schemas["SomePreferences"] };

const BASE = "/api/v1/roadmaps/{roadmap_id}/concepts/{concept_id}";

/** A version of a text never changes. */
const FOREVER = Number.POSITIVE_INFINITY;

export interface Place {
  /** Of a shared roadmap its token. */
  roadmapId: string;
  conceptId: string;
  shared?: boolean;
}

function path({ roadmapId, conceptId }: Place) {
  return { roadmap_id: roadmapId, concept_id: conceptId };
}

/** All versions of a lesson, newest first, without their texts. */
export function tutorialsQuery(place: Place) {
  return queryOptions({
    queryKey: [...keys.concept(place.roadmapId, place.conceptId), "tutorials"],
    queryFn: ({ signal }) => ask(api.GET(`${BASE}/tutorials`, { params: { path: path(place) }, signal })),
    staleTime: 60_000,
  });
}

/** The Markdown of one version of a lesson. */
export function textQuery(place: Place, version: number) {
  return queryOptions({
    queryKey: ["text", place.roadmapId, place.conceptId, version],
    queryFn: ({ signal }) => {
      const params = { path: { ...path(place), number: version } };
      return ask(api.GET(`${BASE}/tutorials/v{number}/content`, { params, signal, parseAs: "text" }));
    },
    staleTime: FOREVER,
  });
}

/** Links of a concept; the newest without `version`. */
export function resourcesQuery(place: Place, version?: number) {
  return queryOptions({
    queryKey: [...keys.concept(place.roadmapId, place.conceptId), "resources", version ?? "latest"],
    queryFn: ({ signal }) =>
      ask(api.GET(`${BASE}/resources`, { params: { path: path(place), query: { version } }, signal })),
    staleTime: 60_000,
  });
}

/** The quiz of a concept, without keys; the newest without `version`. */
export function quizQuery(place: Place, version?: number) {
  return queryOptions({
    queryKey: [...keys.concept(place.roadmapId, place.conceptId), "quiz", version ?? "latest"],
    queryFn: ({ signal }) =>
      ask(api.GET(`${BASE}/quiz`, { params: { path: path(place), query: { version } }, signal })),
    staleTime: 60_000,
  });
}

/** When each learned concept was learned; concepts that are not learned are not in it. */
export type LearnedAt = Readonly<Record<string, string>>;

export function learnedQuery(roadmapId: string) {
  return queryOptions({
    queryKey: learnedKey(roadmapId),
    queryFn: async ({ signal }): Promise<LearnedAt> => {
      const params = { path: { roadmap_id: roadmapId } };
      const { concepts } = await ask(api.GET("/api/v1/roadmaps/{roadmap_id}/progress", { params, signal }));
      return Object.fromEntries(concepts.map((one) => [one.concept_id, one.completed_at ?? ""]));
    },
    staleTime: 5 * 60_000,
  });
}

function learnedKey(roadmapId: string) {
  return [...keys.roadmap(roadmapId), "learned"];
}

/** Says that a concept is learned, or not; shown at once and taken back when it is refused. */
export function useMark(roadmapId: string) {
  const client = useQueryClient();
  const key = learnedKey(roadmapId);
  return useMutation({
    mutationFn: ({ conceptId, learned }: { conceptId: string; learned: boolean }) => {
      const params = { path: path({ roadmapId, conceptId }) };
      return ask(api.PUT(`${BASE}/progress`, { params, body: { is_completed: learned } }));
    },
    onMutate: async ({ conceptId, learned }) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<LearnedAt>(key);
      client.setQueryData<LearnedAt>(key, withMark(before, conceptId, learned ? "" : undefined));
      return { before };
    },
    onError: (_error, _said, undo) =>
      undo?.before ? client.setQueryData(key, undo.before) : client.resetQueries({ queryKey: key }),
    onSuccess: (answer) => {
      const at = answer.is_completed ? (answer.completed_at ?? "") : undefined;
      client.setQueryData<LearnedAt>(key, (known) => withMark(known, answer.concept_id, at));
      void client.invalidateQueries({ queryKey: keys.roadmaps() });
    },
  });
}

function withMark(known: LearnedAt = {}, conceptId: string, at: string | undefined): LearnedAt {
  const { [conceptId]: _, ...others } = known;
  return at === undefined ? others : { ...others, [conceptId]: at };
}

/** `waitS`: when a refused order may be repeated (429). */
export class OrderRefused extends ApiError {
  readonly waitS: number | undefined;

  constructor(error: ApiError, waitS: number | undefined) {
    super(error.refusal);
    this.waitS = waitS;
  }
}

export interface Order extends Place {
  contentType: ContentType;
  wish?: Wish;
}

async function order({ contentType, wish, ...place }: Order) {
  let waitS: number | undefined;
  const params = { path: { ...path(place), content_type: contentType } };
  const body = { instruction: wish?.instruction ?? "", preferences: wish?.preferences };
  const call = api.POST(`${BASE}/{content_type}/retry`, { params, body }).then((answer) => {
    waitS = Number(answer.response.headers.get("Retry-After")) || undefined;
    return answer;
  });
  return ask(call).catch((error: unknown) => {
    throw error instanceof ApiError ? new OrderRefused(error, waitS) : error;
  });
}

/** Orders an item anew: it shows as being written at once, and as before when the server refuses. */
export function useOrder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: order,
    onMutate: async ({ roadmapId, conceptId, contentType }) => {
      const key = keys.roadmap(roadmapId);
      await client.cancelQueries({ queryKey: key, exact: true });
      const before = conceptOf(client, roadmapId, conceptId)?.[statusField(contentType)];
      setStatus(client, { roadmapId, conceptId, contentType }, "generating");
      return { before };
    },
    onError: (_error, said, undo) => {
      if (undo?.before) setStatus(client, said, undo.before);
    },
    onSuccess: (answer, said) => {
      const status = answer.data.status;
      if (status === "pending" || status === "generating") setStatus(client, said, status);
    },
    onSettled: (_answer, _error, { roadmapId }) => {
      void client.invalidateQueries({ queryKey: keys.activeTasks(roadmapId) });
      return client.invalidateQueries({ queryKey: keys.roadmap(roadmapId), exact: true });
    },
  });
}

/** Orders all that failed, or all that is missing, in one task. */
export function useBatch(roadmapId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (items: "failed" | "missing") => {
      const params = { path: { roadmap_id: roadmapId } };
      return ask(api.POST("/api/v1/roadmaps/{roadmap_id}/concepts/retry-batch", { params, body: { items } }));
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.activeTasks(roadmapId) });
      return client.invalidateQueries({ queryKey: keys.roadmap(roadmapId), exact: true });
    },
  });
}

export function grade(place: Place, version: number, questionId: string, selected: number[]) {
  if (place.shared) {
    const { roadmapId: token, conceptId } = place;
    return gradeShared({ token, conceptId }, version, questionId, selected);
  }
  const params = { path: path(place) };
  const body = { question_id: questionId, selected, version };
  return ask(api.POST(`${BASE}/quiz/answers`, { params, body }));
}

function conceptOf(client: QueryClient, roadmapId: string, conceptId: string): Concept | undefined {
  const roadmap = client.getQueryData<Roadmap>(keys.roadmap(roadmapId));
  const modules = roadmap?.framework?.stages.flatMap((stage) => stage.modules) ?? [];
  return modules.flatMap((module) => module.concepts).find((one) => one.concept_id === conceptId);
}

function setStatus(client: QueryClient, item: Order, status: Concept["content_status"]): void {
  client.setQueryData<Roadmap>(keys.roadmap(item.roadmapId), (roadmap) => {
    if (!roadmap?.framework) return roadmap;
    const stages = roadmap.framework.stages.map((stage) => ({
      ...stage,
      modules: stage.modules.map((module) => ({
        ...module,
        concepts: module.concepts.map((concept) =>
          concept.concept_id === item.conceptId
            ? { ...concept, [statusField(item.contentType)]: status }
            : concept,
        ),
      })),
    }));
    return { ...roadmap, framework: { ...roadmap.framework, stages } };
  });
}
