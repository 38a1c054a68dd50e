import { QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { keys, newQueryClient, roadmapsQuery } from "../src/api/queries";
import type { Cover, Roadmap, RoadmapSummary } from "../src/api/types";
import type { TaskEvent } from "../src/events/event";
import { take } from "../src/events/live";
import { coverQuery, isOnItsWay, known, sourcesOf } from "../src/features/covers/cover";

const base: Cover = { roadmap_id: "r", status: "not_started", alt: "Cover of r" };
const url = "/api/v1/roadmaps/r/cover-image/abc";
const ready: Cover = {
  ...base,
  status: "success",
  url,
  variants: [
    { width: 800, url: `${url}?w=800` },
    { width: 1600, url: `${url}?w=1600` },
  ],
};

test("a picture is offered in both widths, and the one before stays while another is made", () => {
  const sources = { src: url, srcSet: `${url}?w=800 800w, ${url}?w=1600 1600w` };
  expect(sourcesOf(ready)).toEqual(sources);
  expect(sourcesOf({ ...ready, status: "generating" })).toEqual(sources);
  expect(sourcesOf(base)).toBeNull();
});

test("a page looks again only while a picture is on its way", () => {
  const waits = (["not_started", "pending", "generating", "success", "failed"] as const).filter((status) =>
    isOnItsWay({ ...base, status }),
  );
  expect(waits).toEqual(["pending", "generating"]);
});

test("a cover that was told elsewhere takes its place", () => {
  const client = newQueryClient();
  known(client, ready);
  expect(client.getQueryData(coverQuery("r").queryKey)).toEqual(ready);
});

const roadmap: Roadmap = {
  roadmap_id: "r",
  title: "R",
  version: 1,
  framework: null,
  cover: { ...base, status: "generating" },
  active_task: null,
  progress: null,
  created_at: "",
  as_of: { t: 4 },
};

function coverReady(seq: number, data: object = { ...ready }): TaskEvent {
  const about = { task_id: "t", roadmap_id: "r", timestamp: "", message: "The cover is ready." };
  return { type: "cover_ready", seq, ...about, data: { ...data } };
}

/** A client whose pages know the roadmap, its cover and the list it stands in; `asked`: what it asks the server. */
function looking() {
  const asked = vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("no network here"));
  const client = newQueryClient();
  const summary: RoadmapSummary = {
    ...{ roadmap_id: "r", title: "R", status: "processing", created_at: "", cover: roadmap.cover },
    ...{ progress: null, learned: { completed: 0, total: 0 }, next: null },
  };
  client.setQueryData(keys.roadmap("r"), roadmap);
  client.setQueryData(roadmapsQuery(0).queryKey, { roadmaps: [summary], total: 1, as_of: {} });
  known(client, roadmap.cover);
  new QueryObserver(client, { queryKey: keys.roadmap("r"), staleTime: Number.POSITIVE_INFINITY }).subscribe(
    () => undefined,
  );
  const shown = () => [
    client.getQueryData(coverQuery("r").queryKey)?.status,
    client.getQueryData<Roadmap>(keys.roadmap("r"))?.cover.status,
    client.getQueryData(roadmapsQuery(0).queryKey)?.roadmaps[0]?.cover.status,
  ];
  return { client, asked, shown };
}

test("a picture that is ready stands everywhere at once, and nothing is asked for", () => {
  const { client, asked, shown } = looking();
  take(client, "t", [coverReady(5)]);
  expect(shown()).toEqual(["success", "success", "success"]);
  expect(client.getQueryData(coverQuery("r").queryKey)).toEqual(ready);
  expect(asked).not.toHaveBeenCalled();
});

test("a picture of long ago, heard again from the log's beginning, changes nothing", () => {
  const { client, shown } = looking();
  take(client, "t", [coverReady(3)]);
  expect(shown()).toEqual(["generating", "generating", "generating"]);
});

test("a message about a cover that holds none changes nothing", () => {
  const { client, shown } = looking();
  take(client, "t", [coverReady(5, {}), coverReady(6, { roadmap_id: "r" })]);
  expect(shown()).toEqual(["generating", "generating", "generating"]);
});
