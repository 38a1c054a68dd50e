import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Concept, Framework, Roadmap } from "../../api/types";
import { fetched } from "../../app/code";
import { Page, usePageTitle, useTitleMark } from "../../app/Page";
import { useRoadmap } from "../../events/live";
import { buttonLook } from "../../ui/Button";
import { Problem } from "../../ui/Problem";
import { useMedia } from "../../ui/useMedia";
import { RoadmapCover } from "../covers/RoadmapCover";
import { Lines } from "../learn/ItemState";
import { type LearnedAt, learnedQuery } from "../learn/queries";
import { BeforePlan } from "./BeforePlan";
import { Going } from "./Going";
import { Outline } from "./Outline";
import { inOrder, nextToLearn } from "./order";
import { TakeAlong } from "./TakeAlong";
import { Weeks } from "./Weeks";
import { paceOf, weekPlan, weekSpans } from "./weeks";
import "../learn/learn.css";
import "./map.css";

const TrailMap = lazy(() => fetched(() => import("./TrailMap")));
const NONE: LearnedAt = {};

export function RoadmapPage() {
  const { t } = useTranslation("learn");
  const { roadmapId } = useParams({ from: "/roadmap/$roadmapId" });
  const roadmap = useRoadmap(roadmapId);
  const { data } = roadmap;
  if (data?.framework) return <Drawn key={roadmapId} roadmap={data} framework={data.framework} />;
  return (
    <Page title={data?.title ?? t("mapTitle")} status={data?.active_task?.status}>
      {data && <BeforePlan roadmap={data} />}
      {!data && !roadmap.isError && <Lines />}
      {!data && roadmap.isError && <Problem error={roadmap.error} onRetry={() => roadmap.refetch()} />}
    </Page>
  );
}

type View = "list" | "weeks" | "map";

function Drawn({ roadmap, framework }: { roadmap: Roadmap; framework: Framework }) {
  const roadmapId = roadmap.roadmap_id;
  const concepts = useMemo(() => inOrder(framework), [framework]);
  const learned = useQuery(learnedQuery(roadmapId)).data ?? NONE;
  const wide = useMedia(WIDE);
  const [chosen, setView] = useState<View>("list");
  const [selected, setSelected] = useState<string | null>(null);
  const [tried, setPace] = useState<number>();
  const pace = tried ?? paceOf(framework);
  const weeks = useMemo(() => weekPlan(concepts, pace), [concepts, pace]);
  const hours = concepts.map((one) => `${one.concept_id} ${one.estimated_hours} ${one.optional}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a status moves no week, only other hours do
  const spans = useMemo(() => weekSpans(weeks), [hours, pace]);
  const next = nextToLearn(concepts, new Set(Object.keys(learned)));
  const view = wide && chosen === "map" ? "list" : chosen;
  const select = useCallback(
    (conceptId: string | null) => {
      setSelected(conceptId);
      if (wide && conceptId) setView("list");
    },
    [wide],
  );
  const map = (
    <Suspense fallback={<div className="h-full bg-line/30" />}>
      <TrailMap {...{ framework, learned, selected, next: next?.concept_id }} onSelect={select} />
    </Suspense>
  );
  const selectedConcept = concepts.find((one) => one.concept_id === selected);
  return (
    <div className="roadmap">
      <div className="roadmap-list">
        <RoadmapCover
          cover={roadmap.cover}
          sizes="(min-width: 64rem) 28rem, 100vw"
          editable
          className="mb-6"
        />
        <Head {...{ roadmap, framework, concepts, learned, next }} weeks={weeks.length} />
        <Going roadmap={roadmap} concepts={concepts} />
        <Views view={view} wide={wide} onView={setView} />
        {view === "list" && (
          <Outline {...{ roadmapId, framework, concepts, learned, spans, selected }} onSelect={select} />
        )}
        {view === "weeks" && <Weeks {...{ roadmapId, weeks, pace, learned }} onPace={setPace} />}
        {view === "map" && (
          <>
            <div className="roadmap-phone">{map}</div>
            <Chosen {...{ roadmapId, concept: selectedConcept, onList: () => setView("list") }} />
          </>
        )}
      </div>
      {wide && <div className="roadmap-map">{map}</div>}
    </div>
  );
}

const WIDE = "(min-width: 64rem)";

interface HeadProps {
  roadmap: Roadmap;
  framework: Framework;
  concepts: readonly Concept[];
  learned: LearnedAt;
  next: Concept | undefined;
  weeks: number;
}

function Head({ roadmap, framework, concepts, learned, next, weeks }: HeadProps) {
  const { t } = useTranslation(["learn", "common"]);
  const task = roadmap.active_task;
  const heading = usePageTitle(roadmap.title, useTitleMark(task?.status));
  const roadmapId = roadmap.roadmap_id;
  const count = concepts.filter((one) => one.concept_id in learned).length;
  const overview = [
    t("common:concepts", { count: concepts.length }),
    t("common:hours", { count: framework.total_estimated_hours ?? 0 }),
    t("common:weeks", { count: weeks }),
  ];
  return (
    <header className="mb-6 space-y-4">
      <h1 ref={heading} tabIndex={-1} className="font-serif text-2xl tracking-tight">
        {roadmap.title}
      </h1>
      <p className="text-soft">{overview.join(" · ")}</p>
      <div>
        <div className="h-1.5 overflow-hidden rounded-full bg-line" aria-hidden="true">
          <div
            className="h-full rounded-full bg-moss"
            style={{ width: `${(count / Math.max(concepts.length, 1)) * 100}%` }}
          />
        </div>
        <p className="mt-1.5 text-soft text-xs">
          {count === 0 ? t("map.noneLearned") : t("map.learnedOf", { count, total: concepts.length })}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {next ? (
          <Link
            to="/roadmap/$roadmapId/learn/$conceptId"
            params={{ roadmapId, conceptId: next.concept_id }}
            className={`${buttonLook("primary")} max-w-full grow py-2 text-center`}
          >
            {t(count === 0 ? "map.start" : "map.goOn", { name: next.name })}
          </Link>
        ) : (
          concepts.length > 0 && <p className="font-medium text-base text-moss">{t("map.allLearned")}</p>
        )}
        <TakeAlong roadmap={roadmap} />
      </div>
    </header>
  );
}

function Views({ view, wide, onView }: { view: View; wide: boolean; onView: (view: View) => void }) {
  const { t } = useTranslation("learn");
  const all: readonly View[] = wide ? ["list", "weeks"] : ["list", "weeks", "map"];
  return (
    <fieldset className="mb-6 inline-flex rounded-lg border border-edge p-0.5">
      <legend className="sr-only">{t("map.view")}</legend>
      {all.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === view}
          onClick={() => onView(one)}
          className={`min-h-10 rounded-md px-4 font-medium ${one === view ? "bg-moss text-on-moss" : "text-soft hover:text-ink"}`}
        >
          {t(`map.${one}`)}
        </button>
      ))}
    </fieldset>
  );
}

/** What was chosen on the map of a small screen. */
function Chosen({
  roadmapId,
  concept,
  onList,
}: {
  roadmapId: string;
  concept: Concept | undefined;
  onList: () => void;
}) {
  const { t } = useTranslation("learn");
  if (!concept) return <p className="mt-3 text-soft text-xs">{t("map.help")}</p>;
  return (
    <div role="status" className="mt-3 space-y-2 rounded-lg border border-line bg-sheet p-4">
      <p className="font-semibold text-base">{concept.name}</p>
      <p className="text-soft">{concept.description}</p>
      <div className="flex flex-wrap gap-2">
        <Link
          to="/roadmap/$roadmapId/learn/$conceptId"
          params={{ roadmapId, conceptId: concept.concept_id }}
          className={buttonLook("primary")}
        >
          {t("map.toLesson")}
        </Link>
        <button type="button" className={buttonLook("quiet")} onClick={onList}>
          {t("map.inList")}
        </button>
      </div>
    </div>
  );
}
