import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** The app's beginning, on a page that the server has or has not put below a path. */
function begun(base?: string) {
  document.head.innerHTML = base === undefined ? "" : `<meta name="trailwright-base" content="${base}" />`;
  return import("../src/api/base");
}

beforeEach(() => vi.resetModules());
afterEach(() => {
  document.head.innerHTML = "";
  history.replaceState(null, "", "/");
});

const OTHERS = ["https://example.org/", "//example.org/x", "#here", "tasks", "", "mailto:ann@example.org"];

test("below a path every address of the installation begins with it, and no other does", async () => {
  const { at, base } = await begun("/learn");
  expect(base).toBe("/learn");
  expect(["/", "/api/v1/roadmaps?limit=1", "/learn"].map(at)).toEqual([
    "/learn/",
    "/learn/api/v1/roadmaps?limit=1",
    "/learn/learn",
  ]);
  expect(OTHERS.map(at)).toEqual(OTHERS);
});

test("at the root nothing is changed", async () => {
  history.replaceState(null, "", "/tasks?page=2#x");
  const { at } = await begun();
  const all = ["/", "/api/v1/roadmaps", ...OTHERS];
  expect(all.map(at)).toEqual(all);
  expect(location.pathname + location.search + location.hash).toBe("/tasks?page=2#x");
});

test.each([
  ["/tasks?page=2#x", "/learn/tasks?page=2#x"],
  ["/", "/learn/"],
  ["/learner", "/learn/learner"],
  ["/learn/tasks", "/learn/tasks"],
  ["/learn", "/learn"],
])("who comes to %s is at %s", async (came, goesOn) => {
  history.replaceState(null, "", came);
  await begun("/learn");
  expect(location.pathname + location.search + location.hash).toBe(goesOn);
});

test("a picture is asked for below the path, in each of its widths", async () => {
  await begun("/learn");
  const { sourcesOf } = await import("../src/features/covers/cover");
  const url = "/api/v1/roadmaps/r/cover-image/abc";
  expect(
    sourcesOf({ roadmap_id: "r", status: "success", alt: "", url, variants: [{ width: 800, url }] }),
  ).toEqual({ src: `/learn${url}`, srcSet: `/learn${url} 800w` });
});
