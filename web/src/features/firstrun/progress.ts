/** How far a download was at a moment: milliseconds, bytes. */
export interface Sample {
  at: number;
  done: number;
}

const WINDOW_MS = 30_000;
const ENOUGH_MS = 3_000;
const ENOUGH_SHARE = 0.01;

/** The samples of the last half minute, at least two; a download that begins anew begins anew here. */
export function withSample(samples: readonly Sample[], next: Sample): Sample[] {
  const last = samples.at(-1);
  if (last && next.done < last.done) return [next];
  return [...samples.filter((one) => one === last || next.at - one.at <= WINDOW_MS), next];
}

/** Seconds until all is here at the pace of the last half minute; undefined while that cannot be told. */
export function secondsLeft(samples: readonly Sample[], total: number): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < ENOUGH_MS) return undefined;
  const came = last.done - first.done;
  if (came < total * ENOUGH_SHARE) return undefined;
  const perMs = came / (last.at - first.at);
  return Math.max(0, (total - last.done) / perMs / 1000);
}

/** Whole percent; 100 only when all is here. */
export function percentOf(done: number, total: number): number {
  return total > 0 ? Math.floor((Math.min(done, total) / total) * 100) : 0;
}

/** Bytes as people say them: 491 MB, 1.1 GB. */
export function sizeIn(bytes: number, language: string): string {
  const giga = bytes >= 999_500_000;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: giga ? "gigabyte" : "megabyte",
    maximumFractionDigits: giga ? 1 : 0,
  }).format(bytes / (giga ? 1e9 : 1e6));
}

/** A wait in the largest unit that fits, rounded up: nobody minds when it is sooner. */
export function waitIn(seconds: number, language: string): string {
  const [value, unit] =
    seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(
    Math.max(1, Math.ceil(value)),
  );
}
