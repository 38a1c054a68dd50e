import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetched, useLacking } from "../src/app/code";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What fails so often before it comes. */
function after(failures: number): () => Promise<string> {
  let left = failures;
  return () => {
    left -= 1;
    return left >= 0 ? Promise.reject(new Error("no network")) : Promise.resolve("here");
  };
}

function serverIs(there: boolean): void {
  const answer = () => (there ? Promise.resolve(new Response("{}")) : Promise.reject(new TypeError("no")));
  vi.stubGlobal("fetch", answer);
}

test("what does not come is asked for until it does, and it is known that it lacks", async () => {
  serverIs(false);
  const { result, rerender } = renderHook(() => useLacking());
  const wanted = fetched(after(20));
  await vi.advanceTimersByTimeAsync(5000);
  rerender();
  expect(result.current).toBe(true);
  await vi.advanceTimersByTimeAsync(120_000);
  rerender();
  expect(await wanted).toBe("here");
  expect(result.current).toBe(false);
});

test("it is asked for as soon as the network is back", async () => {
  serverIs(false);
  const wanted = fetched(after(1));
  await vi.advanceTimersByTimeAsync(10);
  dispatchEvent(new Event("online"));
  expect(await wanted).toBe("here");
});

test("a server that answers and does not have it has another version by now", async () => {
  serverIs(true);
  const wanted = expect(fetched(after(1000))).rejects.toThrow("no network");
  await vi.advanceTimersByTimeAsync(60_000);
  await wanted;
});
