import type { Node, NodeProps } from "@xyflow/react";
import type { LearnedAt } from "../learn/queries";
import { contourPath, hillPath, trailPath } from "./curves";
import type { TrailMap } from "./layout";

export interface GroundData extends Record<string, unknown> {
  layout: TrailMap;
  learned: LearnedAt;
  /** Concepts on the way to the chosen one; empty when none is chosen. */
  path: ReadonlySet<string>;
}

const RINGS = [22, 11, 0] as const;
const HEIGHTS = [22, 8, -5, -16] as const;

/** What lies under the places: territories with their contour lines, and the trails. */
export function Ground({ data: { layout, learned, path } }: NodeProps<Node<GroundData, "ground">>) {
  const spots = new Map(layout.spots.map((spot) => [spot.id, spot]));
  return (
    <svg className="ground" width="1" height="1" overflow="visible" aria-hidden="true">
      <defs>
        {["way", "needs", "path"].map((kind) => (
          <marker
            key={kind}
            id={`head-${kind}`}
            viewBox="0 0 8 8"
            refX="6"
            refY="4"
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 .8 7 4 0 7.2z" className={`head head-${kind}`} />
          </marker>
        ))}
      </defs>
      {layout.territories.map((one) => (
        <g key={one.id} transform={`translate(${one.x} ${one.y})`}>
          {RINGS.map((out) => (
            <path
              key={out}
              d={contourPath(one.width, one.height, out, one.index + 1)}
              className="contour"
              data-out={out}
            />
          ))}
        </g>
      ))}
      {layout.hills.map((hill) => (
        <g key={`${hill.x} ${hill.y}`} transform={`translate(${hill.x} ${hill.y})`}>
          {HEIGHTS.map((out) => (
            <path key={out} d={hillPath(hill.width, hill.height, out, hill.x + hill.y)} className="contour" />
          ))}
        </g>
      ))}
      {layout.trails.map(({ id, source, target, kind }) => {
        const from = spots.get(source);
        const to = spots.get(target);
        if (!from || !to) return null;
        const onPath = kind !== "then" && path.has(source) && path.has(target);
        const walked = source in learned && target in learned && kind !== "needs";
        const look = onPath ? "path" : walked ? "learned" : kind;
        const head = kind === "then" ? undefined : onPath ? "path" : kind;
        return (
          <path
            key={id}
            d={trailPath(from, to, 15)}
            className={`line line-${look}`}
            data-dim={path.size > 0 && !onPath}
            markerEnd={head && `url(#head-${head})`}
          />
        );
      })}
      {layout.territories.map((one) => (
        <text key={one.id} x={one.x + 34} y={one.y + 38} className="territory">
          <tspan className="territory-number">{one.index + 1}</tspan>
          <tspan dx="10">{one.name}</tspan>
        </text>
      ))}
      {layout.labels.map((label) => (
        <text key={label.id} x={label.x + 12} y={label.y + 10} className="module">
          {shortened(label.name, label.width)}
        </text>
      ))}
    </svg>
  );
}

/** About seven pixels a letter, fourteen for a wide one. */
function shortened(name: string, width: number): string {
  let room = width;
  let text = "";
  for (const letter of name) {
    room -= (letter.codePointAt(0) ?? 0 > 0x2e80) ? 13 : 6.6;
    if (room < 0) return `${text.trimEnd()}…`;
    text += letter;
  }
  return text;
}
