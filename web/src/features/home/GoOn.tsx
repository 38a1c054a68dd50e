import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RoadmapSummary } from "../../api/types";
import { buttonLook } from "../../ui/Button";
import { ProgressLine } from "../../ui/Shapes";
import { RoadmapCover } from "../covers/RoadmapCover";

/** The large card: where the learner stopped. */
export function GoOn({ roadmap }: { roadmap: RoadmapSummary }) {
  const { t } = useTranslation("home");
  const { completed, total } = roadmap.learned;
  if (!roadmap.next) return null;
  return (
    <section
      aria-labelledby="go-on"
      className="mb-8 grid items-center gap-5 rounded-lg border border-line bg-sheet p-4 sm:grid-cols-2 sm:gap-7 sm:p-5"
    >
      <RoadmapCover cover={roadmap.cover} sizes="(min-width: 640px) 480px, 100vw" className="w-full" />
      <div className="flex flex-col">
        <p className="text-soft text-xs">{t("goOn")}</p>
        <h2 id="go-on" className="mt-1 font-serif text-2xl">
          {roadmap.title}
        </h2>
        <p className="mt-2 text-base">{t("goOnNext", { name: roadmap.next.name })}</p>
        <div className="mt-5 mb-5">
          <ProgressLine
            value={total ? Math.round((completed / total) * 100) : 0}
            label={t("learned", { completed, total })}
          />
          <p className="mt-1.5 text-soft">{t("learned", { completed, total })}</p>
        </div>
        <Link
          to="/roadmap/$roadmapId/learn/$conceptId"
          params={{ roadmapId: roadmap.roadmap_id, conceptId: roadmap.next.concept_id }}
          className={`${buttonLook("primary")} self-start`}
        >
          {t("goOnAction")}
        </Link>
      </div>
    </section>
  );
}
