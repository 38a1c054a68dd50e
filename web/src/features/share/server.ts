import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { keys } from "../../api/queries";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Share = Schemas["Share"];
export type SharedRoadmap = Schemas["SharedRoadmap"];
export type SharedConcept =
  SharedRoadmap["framework"]["stages"][number]["modules"][number]["concepts"][number];
export type PublicRoadmap = Schemas["PublicRoadmap"];

const BASE = "/api/v1/shared/{token}/concepts/{concept_id}";
const FOREVER = Number.POSITIVE_INFINITY;

export interface SharedPlace {
  token: string;
  conceptId: string;
}

function params({ token, conceptId }: SharedPlace) {
  return { path: { token, concept_id: conceptId } };
}

/** Whether a roadmap of mine has a link, and which. */
export function shareQuery(roadmapId: string) {
  return queryOptions({
    queryKey: keys.share(roadmapId),
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/roadmaps/{roadmap_id}/share", {
          params: { path: { roadmap_id: roadmapId } },
          signal,
        }),
      ),
  });
}

export type ShareWish = { offered?: boolean; renew?: boolean } | "end";

/** Makes a link, another one, an offer to everybody, or an end of it. */
export function useShare(roadmapId: string) {
  const client = useQueryClient();
  const where = { params: { path: { roadmap_id: roadmapId } } };
  return useMutation({
    mutationFn: (wish: ShareWish) =>
      wish === "end"
        ? ask(api.DELETE("/api/v1/roadmaps/{roadmap_id}/share", where))
        : ask(api.POST("/api/v1/roadmaps/{roadmap_id}/share", { ...where, body: { renew: false, ...wish } })),
    onSuccess: (share) => client.setQueryData(keys.share(roadmapId), share),
  });
}

/** A roadmap as everybody with the link sees it. */
export function sharedQuery(token: string) {
  return queryOptions({
    queryKey: keys.shared(token),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/shared/{token}", { params: { path: { token } }, signal })),
    staleTime: 60_000,
  });
}

/** The text of a shared lesson in the version that the plan names. */
export function sharedTextQuery(place: SharedPlace, version: number) {
  return queryOptions({
    queryKey: [...keys.shared(place.token), place.conceptId, "text", version],
    queryFn: ({ signal }) =>
      ask(api.GET(`${BASE}/tutorial/content`, { params: params(place), signal, parseAs: "text" })),
    staleTime: FOREVER,
  });
}

export function sharedLinksQuery(place: SharedPlace) {
  return queryOptions({
    queryKey: [...keys.shared(place.token), place.conceptId, "links"],
    queryFn: ({ signal }) => ask(api.GET(`${BASE}/resources`, { params: params(place), signal })),
    staleTime: 60_000,
  });
}

export function sharedQuizQuery(place: SharedPlace) {
  return queryOptions({
    queryKey: [...keys.shared(place.token), place.conceptId, "quiz"],
    queryFn: ({ signal }) => ask(api.GET(`${BASE}/quiz`, { params: params(place), signal })),
    staleTime: 60_000,
  });
}

/** Judged by the server; nothing is kept of it there. */
export function gradeShared(place: SharedPlace, version: number, questionId: string, selected: number[]) {
  const body = { question_id: questionId, selected, version };
  return ask(api.POST(`${BASE}/quiz/answers`, { params: params(place), body }));
}

/** A roadmap of one's own with everything that is finished in the shared one. */
export function useCopy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => ask(api.POST("/api/v1/roadmaps/copies", { body: { token } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.roadmaps() }),
  });
}

/** Two rows of what everybody may read; the rest is a page further. */
export const PUBLIC_PAGE = 6;

export function publicQuery(offset: number) {
  const query = { limit: PUBLIC_PAGE, offset };
  return queryOptions({
    queryKey: ["public", query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/public/roadmaps", { params: { query }, signal })),
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
  });
}
