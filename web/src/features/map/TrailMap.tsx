import { type Node, type NodeProps, ReactFlow, type ReactFlowInstance } from "@xyflow/react";
import { memo, useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import "@xyflow/react/dist/base.css";
import type { Concept, Framework } from "../../api/types";
import { Shape, type Shown } from "../../ui/StatusMark";
import type { LearnedAt } from "../learn/queries";
import { shownOf } from "../learn/Way";
import { Ground, type GroundData } from "./Ground";
import { COLUMN, type TrailMap as Layout, LINE, layOut } from "./layout";
import { inOrder, pathTo } from "./order";
import "./map.css";

interface Props {
  framework: Framework;
  learned: LearnedAt;
  selected: string | null;
  /** Where the learner goes on: the map opens there when it is too large to be seen whole. */
  next: string | undefined;
  onSelect: (conceptId: string | null) => void;
}

interface PlaceData extends Record<string, unknown> {
  name: string;
  word: string;
  shown: Shown;
  look: "plain" | "selected" | "dim";
  here: boolean;
}

type PlaceNode = Node<PlaceData, "place">;
type GroundNode = Node<GroundData, "ground">;

/** Below this zoom names are too small to read. */
const SMALLEST = 0.78;

const TYPES = { place: memo(PlaceOnMap), ground: memo(Ground) };

/**
 * The roadmap as a trail map. A picture for the eye and the pointer; the list beside it holds the same in
 * words and for the keyboard.
 */
export default function TrailMap({ framework, learned, selected, next, onSelect }: Props) {
  const { t } = useTranslation(["learn", "common"]);
  const shape = shapeOf(framework);
  const [columns, frame] = useColumns();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a status moves nothing, only another plan does
  const layout = useMemo(() => layOut(framework, Math.max(columns, 2)), [shape, columns]);
  const [flow, setFlow] = useState<ReactFlowInstance<PlaceNode | GroundNode>>();
  const concepts = inOrder(framework);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a status changes no path, only another plan does
  const path = useMemo(() => pathTo(concepts, selected), [shape, selected]);
  const ground = useMemo((): GroundNode => {
    const data = { layout, learned, path };
    return { id: "ground", type: "ground", position: { x: 0, y: 0 }, ...sized(1, 1), zIndex: -1, data };
  }, [layout, learned, path]);
  const word = (shown: Shown) => t(`common:status.${shown}`);
  const places = useSame(placeNodes(layout, concepts, { learned, path, selected, next, word }));
  const nodes = useMemo(() => [ground, ...places], [ground, places]);
  const begin = useCallback(
    (instance: ReactFlowInstance<PlaceNode | GroundNode>) => {
      setFlow(instance);
      show(instance, layout, next);
    },
    [layout, next],
  );
  return (
    <div className="trailmap">
      <div ref={frame} aria-hidden="true" className="trailmap-sheet">
        {columns > 0 && (
          <ReactFlow<PlaceNode | GroundNode>
            key={columns}
            nodes={nodes}
            nodeTypes={TYPES}
            onInit={begin}
            onNodeClick={(_event, node) =>
              node.type === "place" && onSelect(node.id === selected ? null : node.id)
            }
            onPaneClick={() => onSelect(null)}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            elementsSelectable={false}
            disableKeyboardA11y
            zoomOnScroll={false}
            zoomOnDoubleClick={false}
            preventScrolling={false}
            minZoom={0.2}
            maxZoom={1.6}
            proOptions={{ hideAttribution: true }}
          />
        )}
      </div>
      <p className="sr-only">{t("map.picture")}</p>
      <div className="trailmap-tools">
        <Tool label={t("map.zoomIn")} d="M8 3v10M3 8h10" onClick={() => flow?.zoomIn({ duration: pace() })} />
        <Tool label={t("map.zoomOut")} d="M3 8h10" onClick={() => flow?.zoomOut({ duration: pace() })} />
        <Tool
          label={t("map.fit")}
          d="M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3"
          onClick={() => flow?.fitBounds(bounds(layout), { padding: 0.04, duration: pace() })}
        />
      </div>
      <Legend />
    </div>
  );
}

/** As many places side by side as can be read in the frame. */
function useColumns(): [number, (frame: HTMLElement | null) => (() => void) | undefined] {
  const [columns, setColumns] = useState(0);
  const watch = useCallback((frame: HTMLElement | null) => {
    if (!frame) return;
    const observer = new ResizeObserver(() => {
      const fitting = Math.floor((frame.clientWidth - 70) / (COLUMN * SMALLEST));
      setColumns(Math.min(Math.max(fitting, 2), 8));
    });
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);
  return [columns, watch];
}

function pace(): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200;
}

/** What the layout depends on. */
function shapeOf(framework: Framework): string {
  return framework.stages
    .map((stage) => [
      stage.name,
      ...stage.modules.map((module) => [
        module.name,
        ...module.concepts.map((one) => `${one.concept_id}<${one.prerequisites?.join()}`),
      ]),
    ])
    .join("|");
}

interface Around {
  learned: LearnedAt;
  path: ReadonlySet<string>;
  selected: string | null;
  next: string | undefined;
  word: (shown: Shown) => string;
}

function placeNodes(layout: Layout, concepts: readonly Concept[], around: Around): PlaceNode[] {
  const byId = new Map(concepts.map((one) => [one.concept_id, one]));
  return layout.spots.flatMap((spot) => {
    const concept = byId.get(spot.id);
    return concept ? [placeNode(spot, concept, around)] : [];
  });
}

function placeNode(spot: Layout["spots"][number], concept: Concept, around: Around): PlaceNode {
  const { learned, path, selected, next, word } = around;
  const shown = shownOf(concept, learned);
  return {
    id: spot.id,
    type: "place",
    position: { x: spot.x - COLUMN / 2, y: spot.y - 16 },
    ...sized(COLUMN, LINE - 12),
    data: {
      name: concept.name,
      word: shown === "completed" || shown === "learned" ? "" : word(shown),
      shown,
      look: spot.id === selected ? "selected" : path.size === 0 || path.has(spot.id) ? "plain" : "dim",
      here: spot.id === next,
    },
  };
}

/**
 * A node of known size, which the library need not measure. It says itself that it takes no focus: the library hears
 * `nodesFocusable` only after it has drawn once, and until then each place would be a stop of the Tab key that no
 * screen reader can name.
 */
function sized(width: number, height: number) {
  return { width, height, measured: { width, height }, handles: [], focusable: false };
}

/** The nodes, each the same object as long as it says the same, so that only changed ones are drawn. */
function useSame(nodes: PlaceNode[]): PlaceNode[] {
  const kept = useRef<PlaceNode[]>([]);
  const before = new Map(kept.current.map((node) => [node.id, node]));
  const same = nodes.map((node) => {
    const old = before.get(node.id);
    return old && JSON.stringify(old) === JSON.stringify(node) ? old : node;
  });
  const changed =
    same.length !== kept.current.length || same.some((node, index) => node !== kept.current[index]);
  if (changed) kept.current = same;
  return kept.current;
}

const INK: Partial<Record<Shown, string>> = {
  generating: "var(--ochre)",
  completed: "var(--moss)",
  learned: "var(--moss)",
  failed: "var(--rust)",
  partial_failure: "var(--rust)",
};

function PlaceOnMap({ data }: NodeProps<PlaceNode>) {
  return (
    <div className="place" data-look={data.look} data-shown={data.shown} data-here={data.here}>
      <svg
        viewBox="0 0 16 16"
        className="place-mark"
        fill="currentColor"
        aria-hidden="true"
        style={{ color: INK[data.shown] }}
      >
        <Shape status={data.shown} />
      </svg>
      <span className="place-name">{data.name}</span>
      {data.word && <span className="place-word">{data.word}</span>}
    </div>
  );
}

function Tool({ label, d, onClick }: { label: string; d: string; onClick: () => void }) {
  return (
    <button type="button" aria-label={label} title={label} onClick={onClick}>
      <svg viewBox="0 0 16 16" className="size-4" aria-hidden="true">
        <path d={d} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
    </button>
  );
}

function Legend() {
  const { t } = useTranslation("learn");
  const lines = [
    ["way", t("map.legendWay")],
    ["needs", t("map.legendNeeds")],
    ["then", t("map.legendThen")],
    ["learned", t("map.legendLearned")],
  ];
  return (
    <details className="trailmap-legend">
      <summary>{t("map.legend")}</summary>
      <ul>
        {lines.map(([line, words]) => (
          <li key={line}>
            <svg viewBox="0 0 40 10" className="h-2.5 w-10" aria-hidden="true">
              <path d="M1 5h34" className={`line line-${line}`} />
              {(line === "way" || line === "needs") && (
                <path d="m32 1.5 6 3.5-6 3.5z" className={`head head-${line}`} />
              )}
            </svg>
            {words}
          </li>
        ))}
      </ul>
      <p>{t("map.help")}</p>
    </details>
  );
}

function bounds({ territories }: Layout) {
  const left = Math.min(0, ...territories.map((one) => one.x)) - 30;
  const right = Math.max(COLUMN, ...territories.map((one) => one.x + one.width)) + 30;
  const last = territories.at(-1);
  return { x: left, y: -30, width: right - left, height: (last ? last.y + last.height : LINE) + 60 };
}

/** The whole map where it can be read whole; else its width, from the place where one goes on. */
function show(
  flow: ReactFlowInstance<PlaceNode | GroundNode>,
  layout: Layout,
  next: string | undefined,
): void {
  const frame = document.querySelector(".trailmap-sheet")?.getBoundingClientRect();
  const all = bounds(layout);
  if (!frame) return;
  const whole = Math.min(frame.width / all.width, frame.height / all.height);
  if (whole >= SMALLEST) {
    void flow.fitBounds(all, { padding: 0.02 });
    return;
  }
  const zoom = Math.min(Math.max(frame.width / all.width, 0.6), 1);
  const spot = layout.spots.find((one) => one.id === next) ?? layout.spots[0];
  const wide = all.width * zoom > frame.width + 1;
  const x = wide && spot ? frame.width / 2 - spot.x * zoom : frame.width / 2 - (all.x + all.width / 2) * zoom;
  const y = spot && spot.y * zoom > frame.height * 0.6 ? frame.height * 0.4 - spot.y * zoom : -all.y * zoom;
  void flow.setViewport({ x, y, zoom });
}
