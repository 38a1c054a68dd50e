import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { StatusMark } from "../../ui/StatusMark";
import type { SharedConcept, SharedRoadmap } from "./server";

/** Stages, modules and concepts as a nested list; each concept leads to its lesson. */
export function SharedOutline({ roadmap, selected }: { roadmap: SharedRoadmap; selected: string | null }) {
  const { t } = useTranslation("learn");
  return (
    <section aria-label={t("map.tree")}>
      <ol className="space-y-9">
        {roadmap.framework.stages.map((stage, index) => (
          <li key={stage.stage_id}>
            <div className="mb-3 border-line border-b pb-3">
              <p className="text-soft text-xs">{t("map.stage", { number: index + 1 })}</p>
              <h2 className="font-serif text-lg">{stage.name}</h2>
            </div>
            <ol className="space-y-5">
              {stage.modules.map((module) => (
                <li key={module.module_id}>
                  <h3 className="pb-1 font-medium text-soft">{module.name}</h3>
                  <ol className="trail">
                    {module.concepts.map((concept) => (
                      <Row
                        key={concept.concept_id}
                        token={roadmap.token}
                        concept={concept}
                        chosen={selected === concept.concept_id}
                      />
                    ))}
                  </ol>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Row({ token, concept, chosen }: { token: string; concept: SharedConcept; chosen: boolean }) {
  const { t } = useTranslation(["learn", "common"]);
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const facts = [
    t("common:hoursShort", { value: concept.estimated_hours }),
    concept.optional && t("map.optional"),
  ];
  return (
    <li ref={row} className={`scroll-my-20 rounded-lg ${chosen ? "bg-moss-wash" : "hover:bg-moss-wash/60"}`}>
      <Link
        to="/shared/$token/learn/$conceptId"
        params={{ token, conceptId: concept.concept_id }}
        className="group flex min-w-0 items-start gap-3 rounded-lg px-3 py-2"
      >
        <StatusMark status={concept.overall_status} className="h-6" />
        <span className="min-w-0">
          <span className="block font-medium text-base leading-6 group-hover:underline [overflow-wrap:anywhere]">
            {concept.name}
          </span>
          <span className="block text-soft text-xs">{facts.filter(Boolean).join(" · ")}</span>
        </span>
      </Link>
    </li>
  );
}
