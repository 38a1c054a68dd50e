import { expect, test } from "vitest";
import { percentOf, type Sample, secondsLeft, sizeIn, waitIn, withSample } from "./progress";

function every(second: number, bytesPerSecond: number): Sample[] {
  let samples: Sample[] = [];
  for (let at = 0; at <= second; at += 1)
    samples = withSample(samples, { at: at * 1000, done: at * bytesPerSecond });
  return samples;
}

test("the time left follows the pace of the last half minute", () => {
  expect(secondsLeft(every(10, 1_000_000), 70_000_000)).toBe(60);
});

test("bytes that come in large pieces, far apart, give a pace too", () => {
  const pieces = [
    { at: 0, done: 0 },
    { at: 50_000, done: 100 },
  ].reduce<Sample[]>(withSample, []);
  expect(secondsLeft(withSample(pieces, { at: 100_000, done: 200 }), 400)).toBe(100);
});

test("nothing is promised before three seconds, nor before one part in a hundred has come", () => {
  expect(secondsLeft(every(2, 1_000_000), 70_000_000)).toBeUndefined();
  expect(secondsLeft(every(10, 1), 70_000_000)).toBeUndefined();
  expect(secondsLeft([], 70_000_000)).toBeUndefined();
});

test("old samples are let go, and a download that begins anew starts counting anew", () => {
  expect(every(100, 1).length).toBe(31);
  expect(withSample(every(10, 1000), { at: 11_000, done: 0 })).toEqual([{ at: 11_000, done: 0 }]);
});

test("100 % is said only when all is here", () => {
  expect([percentOf(999, 1000), percentOf(1000, 1000), percentOf(0, 0)]).toEqual([99, 100, 0]);
});

test("sizes and waits are said as people say them, in either language", () => {
  expect(sizeIn(1_117_320_768, "en")).toBe("1.1 GB");
  expect(sizeIn(491_400_064, "en")).toBe("491 MB");
  expect(sizeIn(999_999_999, "en")).toBe("1 GB");
  expect(waitIn(61, "en")).toBe("2 minutes");
  expect(waitIn(0.2, "en")).toBe("1 second");
  expect(waitIn(61, "zh-CN")).toContain("2");
});
