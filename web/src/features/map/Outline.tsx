import { Link } from "@tanstack/react-router";
import { memo, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Concept, Framework, Stage } from "../../api/types";
import { type Shown, StatusMark } from "../../ui/StatusMark";
import type { LearnedAt } from "../learn/queries";
import { shownOf } from "../learn/Way";
import { Details } from "./Details";

export interface OutlineProps {
  roadmapId: string;
  framework: Framework;
  concepts: readonly Concept[];
  learned: LearnedAt;
  /** In which weeks a concept falls. */
  spans: ReadonlyMap<string, [number, number]>;
  selected: string | null;
  onSelect: (conceptId: string | null) => void;
}

/** The map as a nested list: everything the picture shows, in words. */
export function Outline(props: OutlineProps) {
  const { t } = useTranslation("learn");
  const { roadmapId, framework, learned, spans, selected, onSelect } = props;
  return (
    <section aria-label={t("map.tree")}>
      <ol className="space-y-9">
        {framework.stages.map((stage, index) => (
          <li key={stage.stage_id}>
            <StageHead stage={stage} number={index + 1} {...props} />
            <ol className="space-y-5">
              {stage.modules.map((module) => (
                <li key={module.module_id}>
                  <h3 className="pb-1 font-medium text-soft">{module.name}</h3>
                  <ol className="trail">
                    {module.concepts.map((concept) => {
                      const id = concept.concept_id;
                      const [first, last] = spans.get(id) ?? [];
                      return (
                        <Row
                          key={id}
                          {...{ roadmapId, concept, first, last, onSelect }}
                          shown={shownOf(concept, learned)}
                          open={selected === id}
                        >
                          {selected === id && <Details concept={concept} {...props} />}
                        </Row>
                      );
                    })}
                  </ol>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ol>
      <LeftOut framework={framework} />
    </section>
  );
}

function StageHead({ stage, number, learned, spans }: { stage: Stage; number: number } & OutlineProps) {
  const { t } = useTranslation(["learn", "common"]);
  const concepts = stage.modules.flatMap((module) => module.concepts);
  const hours = Math.round(concepts.reduce((sum, one) => sum + one.estimated_hours, 0) * 100) / 100;
  const weeks = concepts.flatMap((one) => spans.get(one.concept_id) ?? []);
  const count = concepts.filter((one) => one.concept_id in learned).length;
  return (
    <div className="mb-3 border-line border-b pb-3">
      <p className="text-soft text-xs">{t("map.stage", { number })}</p>
      <h2 className="font-serif text-lg">{stage.name}</h2>
      <p className="text-soft">
        {[
          t("common:hours", { count: hours }),
          weeks.length > 0 && spanWords(t, Math.min(...weeks), Math.max(...weeks)),
          t("map.learnedOf", { count, total: concepts.length }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </div>
  );
}

type Translate = ReturnType<typeof useTranslation<["learn", "common"]>>["t"];

export function spanWords(t: Translate, first: number, last: number): string {
  return first === last ? t("map.weekSpan", { first }) : t("map.weekSpanLong", { first, last });
}

interface RowProps {
  roadmapId: string;
  concept: Concept;
  shown: Shown;
  first: number | undefined;
  last: number | undefined;
  open: boolean;
  onSelect: (conceptId: string | null) => void;
  children?: ReactNode;
}

/** Drawn anew only when something of this concept changes: while all is written, events come by the dozen. */
const Row = memo(function Row({
  roadmapId,
  concept,
  shown,
  first,
  last,
  open,
  onSelect,
  children,
}: RowProps) {
  const { t } = useTranslation(["learn", "common"]);
  const id = concept.concept_id;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (open) row.current?.scrollIntoView({ block: "nearest" });
  }, [open]);
  const facts = [
    t("common:hoursShort", { value: concept.estimated_hours }),
    first !== undefined && last !== undefined && spanWords(t, first, last),
    concept.optional && t("map.optional"),
  ];
  return (
    <li ref={row} className={`scroll-my-20 rounded-lg ${open ? "bg-moss-wash" : "hover:bg-moss-wash/60"}`}>
      <div className="flex items-start">
        <Link
          to="/roadmap/$roadmapId/learn/$conceptId"
          params={{ roadmapId, conceptId: id }}
          className="group flex min-w-0 flex-1 items-start gap-3 rounded-lg py-2 ps-3"
        >
          <StatusMark status={shown} className="h-6" />
          <span className="min-w-0">
            <span className="block font-medium text-base leading-6 group-hover:underline [overflow-wrap:anywhere]">
              {concept.name}
            </span>
            <span className="block text-soft text-xs">
              <span aria-hidden="true">{`${t(`common:status.${shown}`)} · `}</span>
              {facts.filter(Boolean).join(" · ")}
            </span>
          </span>
        </Link>
        <button
          type="button"
          aria-expanded={open}
          aria-label={t("map.details", { name: concept.name })}
          onClick={() => onSelect(open ? null : id)}
          className="m-1 grid size-11 shrink-0 place-items-center rounded-lg text-soft hover:text-ink"
        >
          <svg
            viewBox="0 0 16 16"
            className={`size-4 transition-transform ${open ? "rotate-180" : ""}`}
            aria-hidden="true"
          >
            <path
              d="m4 6 4 4 4-4"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.6"
              strokeLinecap="round"
            />
          </svg>
        </button>
      </div>
      {children && <div className="pe-3 pb-4 ps-[2.4rem]">{children}</div>}
    </li>
  );
});

function LeftOut({ framework }: { framework: Framework }) {
  const { t } = useTranslation("learn");
  const left = framework.left_out ?? [];
  if (left.length === 0) return null;
  return (
    <div className="mt-9 border-line border-t pt-4">
      <h2 className="mb-1 font-medium text-soft text-sm">{t("map.leftOut")}</h2>
      <ul className="space-y-1">
        {left.map(({ name, reason }) => (
          <li key={name}>
            {name}
            <span className="text-soft">{reason && `: ${reason}`}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
