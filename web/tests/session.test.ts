import { expect, test } from "vitest";
import { isDoor, isOpenPage, safeNext, saysSignedOut } from "../src/api/session";

const HERE = "http://127.0.0.1:8000";

test.each(["/tasks", "/roadmap/a-1?tab=quiz#s-2", "/shared/abc/learn/c-1"])("%s is gone back to", (next) => {
  expect(safeNext(next, HERE)).toBe(next);
});

test.each([
  undefined,
  "",
  "tasks",
  "//example.org/",
  "/\\example.org",
  "https://example.org/",
  "javascript:alert(1)",
  "/login?next=/login",
  "/register",
  "/reset",
])("%s leads to the first page", (next) => {
  expect(safeNext(next, HERE)).toBe("/");
});

test("a refusal of somebody who signs in is no end of a session", () => {
  expect(saysSignedOut("/api/v1/tasks/1", 401)).toBe(true);
  expect(saysSignedOut("/api/v1/auth/sessions", 401)).toBe(true);
  expect(saysSignedOut("/api/v1/auth/login", 401)).toBe(false);
  expect(saysSignedOut("/api/v1/auth/reset/confirm", 401)).toBe(false);
  expect(saysSignedOut("/api/v1/tasks/1", 403)).toBe(false);
});

test("what is shared is open, and no door", () => {
  expect([isOpenPage("/shared/abc"), isDoor("/shared/abc")]).toEqual([true, false]);
  expect([isOpenPage("/login"), isDoor("/login")]).toEqual([true, true]);
  expect([isOpenPage("/tasks"), isOpenPage("/sharedlist")]).toEqual([false, false]);
});
