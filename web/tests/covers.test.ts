import { expect, test } from "vitest";
import { newQueryClient } from "../src/api/queries";
import type { Cover } from "../src/api/types";
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
