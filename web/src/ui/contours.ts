/** A piece of an invented map, the same for the same seed: peaks as nested lines, and a way between places. */
export interface MapPiece {
  ground: number;
  peaks: string[][];
  way: string;
  places: [number, number][];
}

const WIDTH = 320;
const HEIGHT = 160;

/** Numbers from 0 to 1, always the same for the same seed (mulberry32 over an FNV-1a hash). */
export function dice(seed: string): () => number {
  let state = 2166136261;
  for (let index = 0; index < seed.length; index += 1) {
    state = Math.imul(state ^ seed.charCodeAt(index), 16777619);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function contours(seed: string): MapPiece {
  const random = dice(seed);
  const ground = Math.floor(random() * 3);
  const far: [number, number] = [WIDTH * (0.62 + random() * 0.26), HEIGHT * (0.2 + random() * 0.25)];
  const near: [number, number] = [WIDTH * (0.1 + random() * 0.3), HEIGHT * (0.5 + random() * 0.4)];
  const peaks = [nested(near, 9, 13, random), nested(far, 11, 12, random)];
  const places = wayPlaces([WIDTH * 0.06, HEIGHT * 0.88], far, random);
  return { ground, peaks, way: smooth(places), places };
}

/** Rings around a peak, the widest first, each a little out of round in the same way. */
function nested(centre: [number, number], rings: number, step: number, random: () => number): string[] {
  const phase = [random() * 6.3, random() * 6.3, random() * 6.3];
  const stretch = 1.15 + random() * 0.5;
  return Array.from({ length: rings }, (_, index) => {
    const ring = rings - index;
    const points: [number, number][] = Array.from({ length: 28 }, (_, at) => {
      const angle = (at / 28) * 2 * Math.PI;
      const drift = ring * 0.06;
      const radius =
        ring *
        step *
        (1 +
          0.16 * Math.sin(2 * angle + (phase[0] ?? 0) + drift) +
          0.1 * Math.sin(3 * angle + (phase[1] ?? 0) - drift) +
          0.05 * Math.sin(5 * angle + (phase[2] ?? 0)));
      return [centre[0] + radius * stretch * Math.cos(angle), centre[1] + radius * Math.sin(angle)];
    });
    return `${smooth([...points.slice(-1), ...points, ...points.slice(0, 1)].slice(1))}Z`;
  });
}

function wayPlaces(from: [number, number], to: [number, number], random: () => number): [number, number][] {
  const stops = 4;
  return Array.from({ length: stops + 1 }, (_, index) => {
    const share = index / stops;
    const swing = index === 0 || index === stops ? 0 : (random() - 0.5) * 46;
    return [round(from[0] + (to[0] - from[0]) * share), round(from[1] + (to[1] - from[1]) * share + swing)];
  });
}

/** A curve through the points (Catmull-Rom as Bézier). */
function smooth(points: [number, number][]): string {
  const at = (index: number) => points[Math.max(0, Math.min(points.length - 1, index))] ?? [0, 0];
  const [x, y] = at(0);
  let path = `M${round(x)} ${round(y)}`;
  for (let index = 0; index < points.length - 1; index += 1) {
    const [before, start, end, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const first = [start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6];
    const second = [end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6];
    path += `C${[...first, ...second, ...end].map(round).join(" ")}`;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
