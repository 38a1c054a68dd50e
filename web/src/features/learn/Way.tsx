import { Link } from "@tanstack/react-router";
import { memo, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Concept, Framework } from "../../api/types";
import { type Shown, StatusMark } from "../../ui/StatusMark";
import type { LearnedAt } from "./queries";

interface Props {
  roadmapId: string;
  framework: Framework;
  learned: LearnedAt;
  currentId: string;
  onChoose?: () => void;
}

/** How a place looks: what the learner did counts more than what the writer did. */
export function shownOf(concept: Concept, learned: LearnedAt): Shown {
  return concept.concept_id in learned && concept.overall_status !== "generating"
    ? "learned"
    : concept.overall_status;
}

/** All concepts in learning order, with where one is; the current one is scrolled into view. */
export function Way({ roadmapId, framework, learned, currentId, onChoose }: Props) {
  const { t } = useTranslation("learn");
  return (
    <ol className="space-y-6">
      {framework.stages.map((stage, index) => (
        <li key={stage.stage_id}>
          <p className="px-3 text-soft text-xs">{t("map.stage", { number: index + 1 })}</p>
          <p className="px-3 pb-1.5 font-semibold">{stage.name}</p>
          <ol className="space-y-3">
            {stage.modules.map((module) => (
              <li key={module.module_id}>
                <p className="px-3 py-1 text-soft text-xs">{module.name}</p>
                <ol className="trail">
                  {module.concepts.map((concept) => (
                    <Stop
                      key={concept.concept_id}
                      roadmapId={roadmapId}
                      conceptId={concept.concept_id}
                      name={concept.name}
                      shown={shownOf(concept, learned)}
                      here={concept.concept_id === currentId}
                      onChoose={onChoose}
                    />
                  ))}
                </ol>
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

interface StopProps {
  roadmapId: string;
  conceptId: string;
  name: string;
  shown: Shown;
  here: boolean;
  onChoose: (() => void) | undefined;
}

const Stop = memo(function Stop({ roadmapId, conceptId, name, shown, here, onChoose }: StopProps) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (here) link.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    <li>
      <Link
        ref={link}
        to="/roadmap/$roadmapId/learn/$conceptId"
        params={{ roadmapId, conceptId }}
        aria-current={here ? "page" : undefined}
        onClick={onChoose}
        className={`flex min-h-10 items-start gap-2.5 rounded-lg px-3 py-2.5 leading-5 hover:bg-moss-wash ${here ? "bg-moss-wash font-semibold" : ""}`}
      >
        <StatusMark status={shown} className="h-5" />
        <span className="min-w-0 [overflow-wrap:anywhere]">{name}</span>
      </Link>
    </li>
  );
});
