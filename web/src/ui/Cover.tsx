import { useMemo } from "react";
import { at } from "../api/base";
import type { Cover as CoverRow } from "../api/types";
import { contours } from "./contours";

/** A roadmap's picture; a piece of map drawn from its id where there is none yet. */
export function Cover({ cover, className = "" }: { cover: CoverRow; className?: string }) {
  if (cover.status === "success" && cover.url) {
    return <img src={at(cover.url)} alt="" loading="lazy" className={`object-cover ${className}`} />;
  }
  return <MapPiece seed={cover.roadmap_id} className={className} />;
}

const GROUNDS = ["var(--moss-wash)", "var(--lake-wash)", "var(--ochre-wash)"];

function MapPiece({ seed, className }: { seed: string; className: string }) {
  const piece = useMemo(() => contours(seed), [seed]);
  const ground = GROUNDS[piece.ground % GROUNDS.length];
  return (
    <svg viewBox="0 0 320 160" preserveAspectRatio="xMidYMid slice" aria-hidden="true" className={className}>
      <rect width="320" height="160" fill={ground} />
      {piece.peaks.map((lines) =>
        lines.map((line, index) => (
          <path
            key={line}
            d={line}
            fill={index === 0 ? ground : "none"}
            stroke="var(--moss)"
            strokeOpacity={0.16 + index * 0.035}
            strokeWidth={index % 4 === 3 ? 1.4 : 0.9}
          />
        )),
      )}
      <path
        d={piece.way}
        fill="none"
        stroke="var(--moss)"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeDasharray="1 7"
      />
      {piece.places.map(([x, y], index) => (
        <circle
          key={`${x} ${y}`}
          cx={x}
          cy={y}
          r={index === piece.places.length - 1 ? 5.5 : 3.5}
          fill={index === piece.places.length - 1 ? "var(--moss)" : ground}
          stroke="var(--moss)"
          strokeWidth="2"
        />
      ))}
    </svg>
  );
}
