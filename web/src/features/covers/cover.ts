import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { at } from "../../api/base";
import { api, ask } from "../../api/client";
import { keys } from "../../api/queries";
import type { Cover, RoadmapSummary } from "../../api/types";

export const MAX_UPLOAD_BYTES = 5_000_000;
export const UPLOAD_TYPES = "image/png,image/jpeg,image/webp";
const LOOK_AGAIN_MS = 2_500;

/** Whether a picture is on its way. */
export function isOnItsWay(cover: Cover): boolean {
  return cover.status === "pending" || cover.status === "generating";
}

/** The picture to show: the one before stays until the next is there. */
export function sourcesOf(cover: Cover): { src: string; srcSet: string } | null {
  if (!cover.url) return null;
  const srcSet = (cover.variants ?? []).map((one) => `${at(one.url)} ${one.width}w`).join(", ");
  return { src: at(cover.url), srcSet };
}

/** One cover, looked at again while it is being made. A cover that a page already holds is put in by `known`. */
export function coverQuery(roadmapId: string) {
  return queryOptions({
    queryKey: [...keys.roadmap(roadmapId), "cover"] as const,
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/roadmaps/{roadmap_id}/cover-image", {
          params: { path: { roadmap_id: roadmapId } },
          signal,
        }),
      ),
    refetchInterval: (query) => (query.state.data && isOnItsWay(query.state.data) ? LOOK_AGAIN_MS : false),
  });
}

/** Puts a cover that was told elsewhere (a list, `cover_ready`) in its place. */
export function known(client: QueryClient, cover: Cover): void {
  client.setQueryData(coverQuery(cover.roadmap_id).queryKey, cover);
}

/** A cover is there, new: it stands in every list too, so that none of them brings back the one before. */
export function arrived(client: QueryClient, cover: Cover): void {
  client.setQueriesData<RoadmapList>({ queryKey: keys.roadmaps() }, (list) => list && withCover(list, cover));
  known(client, cover);
}

interface RoadmapList {
  roadmaps: RoadmapSummary[];
  total: number;
}

function withCover(list: RoadmapList, cover: Cover): RoadmapList {
  const roadmaps = list.roadmaps.map((one) =>
    one.roadmap_id === cover.roadmap_id ? { ...one, cover } : one,
  );
  return { ...list, roadmaps };
}

/** Has one made, or another one; what comes back says how far it is. */
export function another(roadmapId: string): Promise<Cover> {
  return ask(
    api.POST("/api/v1/roadmaps/{roadmap_id}/cover-image/generate", {
      params: { path: { roadmap_id: roadmapId } },
    }),
  );
}

/** Sends a picture of one's own: the file itself is the body. */
export function upload(roadmapId: string, file: Blob): Promise<Cover> {
  return ask<Cover>(put(`/api/v1/roadmaps/${encodeURIComponent(roadmapId)}/cover-image`, file));
}

async function put(url: string, body: Blob) {
  const response = await fetch(at(url), { method: "PUT", body, credentials: "same-origin" });
  const answer = await response.json().catch(() => undefined);
  return response.ok ? { data: answer, response } : { error: answer, response };
}
