/** Lines of the map as SVG path data. Pure; the same input gives the same line. */

export interface Point {
  x: number;
  y: number;
}

export interface Stop extends Point {
  /** 1: the path goes through it to the right, -1: to the left. */
  heading: 1 | -1;
}

/**
 * A line from place to place that leaves and arrives outside the marks. Within a row it goes on as the path
 * does, over what lies between; to another row it turns beside the places, as a path up a hill does.
 */
export function trailPath(from: Stop, to: Stop, radius: number): string {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const [a, b] = Math.abs(dy) < 60 ? along(from, to, Math.abs(dx) > 200 ? 46 : 6) : turning(from, to, dx);
  const start = towards(from, a, radius);
  const end = towards(to, b, radius + 3);
  return `M${pair(start)} C${pair(a)} ${pair(b)} ${pair(end)}`;
}

function along(from: Point, to: Point, over: number): [Point, Point] {
  const third = (to.x - from.x) * 0.35;
  return [
    { x: from.x + third, y: from.y - over },
    { x: to.x - third, y: to.y - over },
  ];
}

function turning(from: Stop, to: Stop, dx: number): [Point, Point] {
  const reach = Math.min(108 + Math.abs(dx) * 0.3, 190);
  return [
    { x: from.x + from.heading * reach, y: from.y + 8 },
    { x: to.x - to.heading * reach, y: to.y - 8 },
  ];
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return {
    x: from.x + ((to.x - from.x) / length) * distance,
    y: from.y + ((to.y - from.y) / length) * distance,
  };
}

/** The contour line of a hill that fills this box, `out` pixels further out. */
export function hillPath(width: number, height: number, out: number, seed: number): string {
  const points = outline(width, height, out, 1).map(({ point, normal, at }) => {
    const sway =
      (Math.sin(at * 2 + seed) + 0.6 * Math.sin(at * 3 - seed * 2)) * Math.min(width, height) * 0.07;
    return { x: point.x + normal.x * sway, y: point.y + normal.y * sway };
  });
  return closed(points);
}

/**
 * A contour line around a rectangle of this size, `out` pixels outside it, swaying like one of a map.
 * `seed` tells one hill from another.
 */
export function contourPath(width: number, height: number, out: number, seed: number): string {
  const points = outline(width, height, out, 0.32).map(({ point, normal, at }) => {
    const sway =
      7 * Math.sin(at * 2 + seed * 1.7) + 4 * Math.sin(at * 5 + seed) + out * 0.16 * Math.sin(at * 3 - seed);
    return { x: point.x + normal.x * sway, y: point.y + normal.y * sway };
  });
  return closed(points);
}

interface OnOutline {
  point: Point;
  normal: Point;
  at: number;
}

/** Points along a superellipse; `power` 1 is an ellipse, less is straighter, 0 a box. */
function outline(width: number, height: number, out: number, power: number): OnOutline[] {
  const [a, b] = [width / 2 + out, height / 2 + out];
  const steps = 40;
  return Array.from({ length: steps }, (_, index) => {
    const at = (index / steps) * 2 * Math.PI;
    const [cos, sin] = [Math.cos(at), Math.sin(at)];
    const x = Math.sign(cos) * Math.abs(cos) ** power * a;
    const y = Math.sign(sin) * Math.abs(sin) ** power * b;
    const length = Math.hypot(cos, sin);
    return {
      point: { x: width / 2 + x, y: height / 2 + y },
      normal: { x: cos / length, y: sin / length },
      at,
    };
  });
}

/** A smooth closed line through all points (Catmull-Rom as cubic Béziers). */
function closed(points: Point[]): string {
  const at = (index: number): Point => points[(index + points.length) % points.length] ?? { x: 0, y: 0 };
  const parts = points.map((_, i) => {
    const [p0, p1, p2, p3] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const a = { x: p1.x + (p2.x - p0.x) / 6, y: p1.y + (p2.y - p0.y) / 6 };
    const b = { x: p2.x - (p3.x - p1.x) / 6, y: p2.y - (p3.y - p1.y) / 6 };
    return `C${pair(a)} ${pair(b)} ${pair(p2)}`;
  });
  return `M${pair(at(0))} ${parts.join(" ")}Z`;
}

function pair({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
