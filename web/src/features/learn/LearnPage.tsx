import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Concept, Framework, Roadmap } from "../../api/types";
import { usePageTitle } from "../../app/Page";
import { useRoadmap } from "../../events/live";
import { Problem } from "../../ui/Problem";
import { inOrder, neighbours } from "../map/order";
import { Finish, Turn } from "./Finish";
import { Lines } from "./ItemState";
import { type LearnedAt, learnedQuery } from "./queries";
import { Sheet } from "./Sheet";
import { Tabs } from "./Tabs";
import { Way } from "./Way";
import "./learn.css";

const NONE: LearnedAt = {};

export function LearnPage() {
  const { t } = useTranslation("learn");
  const { roadmapId, conceptId } = useParams({ from: "/roadmap/$roadmapId/learn/$conceptId" });
  const roadmap = useRoadmap(roadmapId);
  const { data } = roadmap;
  if (roadmap.isError && !data) {
    return (
      <Alone title={t("title")}>
        <Problem error={roadmap.error} onRetry={() => roadmap.refetch()} />
      </Alone>
    );
  }
  if (!data) {
    return (
      <Alone title={t("title")}>
        <Lines />
      </Alone>
    );
  }
  const concept = inOrder(data.framework).find((one) => one.concept_id === conceptId);
  if (!data.framework || !concept) {
    return (
      <Alone title={t("page.noConcept")}>
        <p className="mb-4 text-soft">{t("page.noConceptText")}</p>
        <Link to="/roadmap/$roadmapId" params={{ roadmapId }} className="prose-link">
          {t("way.toMap")}
        </Link>
      </Alone>
    );
  }
  return <Learning roadmap={data} framework={data.framework} concept={concept} />;
}

function Alone({ title, children }: { title: string; children: React.ReactNode }) {
  const heading = usePageTitle(title);
  return (
    <div className="mx-auto w-full max-w-3xl px-4 py-8 sm:px-6">
      <h1 ref={heading} tabIndex={-1} className="mb-4 text-2xl">
        {title}
      </h1>
      {children}
    </div>
  );
}

interface LearningProps {
  roadmap: Roadmap;
  framework: Framework;
  concept: Concept;
}

function Learning({ roadmap, framework, concept }: LearningProps) {
  const { t } = useTranslation("learn");
  const roadmapId = roadmap.roadmap_id;
  const concepts = useMemo(() => inOrder(framework), [framework]);
  const learned = useQuery(learnedQuery(roadmapId)).data ?? NONE;
  const [shown, setShown] = useShown();
  const way = { roadmapId, framework, learned, currentId: concept.concept_id };
  return (
    <div className="learn" data-way={shown ? "shown" : "hidden"}>
      <div className="learn-way">
        <button
          type="button"
          aria-expanded={shown}
          aria-controls="the-way"
          aria-label={t(shown ? "way.collapse" : "way.expand")}
          title={t(shown ? "way.collapse" : "way.expand")}
          onClick={() => setShown(!shown)}
          className="learn-fold"
        >
          <svg viewBox="0 0 16 16" className="size-4 rtl:scale-x-[-1]" aria-hidden="true">
            <path
              d={shown ? "M10 3 5 8l5 5" : "m6 3 5 5-5 5"}
              fill="none"
              stroke="currentColor"
              strokeWidth="1.6"
              strokeLinecap="round"
            />
          </svg>
        </button>
        {shown ? (
          <nav id="the-way" aria-label={t("way.label")} className="min-h-0 flex-1 overflow-y-auto pe-2 pb-8">
            <WayHead roadmap={roadmap} total={concepts.length} learned={learned} />
            <Way {...way} />
          </nav>
        ) : (
          <Dots concepts={concepts} learned={learned} currentId={concept.concept_id} />
        )}
      </div>
      <Reader key={concept.concept_id} {...{ roadmap, framework, concept, concepts, learned }} />
    </div>
  );
}

/** Open or a bar; remembered in this browser. */
function useShown(): [boolean, (shown: boolean) => void] {
  const key = "trailwright.way";
  const [shown, setShown] = useState(() => localStorage.getItem(key) !== "hidden");
  const set = (to: boolean) => {
    localStorage.setItem(key, to ? "shown" : "hidden");
    setShown(to);
  };
  return [shown, set];
}

function WayHead({ roadmap, total, learned }: { roadmap: Roadmap; total: number; learned: LearnedAt }) {
  const { t } = useTranslation("learn");
  const count = Object.keys(learned).length;
  return (
    <div className="pe-10 pb-5 ps-3">
      <Link
        to="/roadmap/$roadmapId"
        params={{ roadmapId: roadmap.roadmap_id }}
        className="block rounded font-semibold text-base hover:text-moss"
      >
        {roadmap.title}
      </Link>
      <div className="mt-2.5 h-1 overflow-hidden rounded-full bg-line" aria-hidden="true">
        <div
          className="h-full rounded-full bg-moss"
          style={{ width: `${(count / Math.max(total, 1)) * 100}%` }}
        />
      </div>
      <p className="mt-1.5 text-soft text-xs">{t("map.learnedOf", { count, total })}</p>
    </div>
  );
}

/** The way as a bar: a dot a concept. A picture; the way itself is a click away. */
function Dots({
  concepts,
  learned,
  currentId,
}: {
  concepts: readonly Concept[];
  learned: LearnedAt;
  currentId: string;
}) {
  return (
    <div aria-hidden="true" className="flex min-h-0 flex-1 flex-col items-center gap-1 overflow-hidden pb-6">
      {concepts.map(({ concept_id }) => (
        <span
          key={concept_id}
          className={`w-2 min-h-1 max-h-2 flex-1 rounded-full ${concept_id in learned ? "bg-moss" : "bg-line"} ${concept_id === currentId ? "outline-2 outline-moss outline-offset-1" : ""}`}
        />
      ))}
    </div>
  );
}

interface ReaderProps extends LearningProps {
  concepts: readonly Concept[];
  learned: LearnedAt;
}

function Reader({ roadmap, framework, concept, concepts, learned }: ReaderProps) {
  const { t } = useTranslation("learn");
  const heading = usePageTitle(concept.name);
  const roadmapId = roadmap.roadmap_id;
  const place = { roadmapId, conceptId: concept.concept_id };
  const around = neighbours(concepts, concept.concept_id);
  const [sheet, setSheet] = useState(false);
  useArrowKeys(roadmapId, around.previous?.concept_id, around.next?.concept_id);
  const stage = framework.stages.find((one) =>
    one.modules.some((module) => module.concepts.some((c) => c.concept_id === concept.concept_id)),
  );
  const module = stage?.modules.find((one) => one.concepts.some((c) => c.concept_id === concept.concept_id));
  const step = t("way.step", { index: around.index + 1, total: around.total });
  return (
    <div className="learn-reader">
      <button
        type="button"
        className="learn-sheet-button"
        aria-haspopup="dialog"
        onClick={() => setSheet(true)}
      >
        <svg viewBox="0 0 16 16" className="size-4 text-moss" aria-hidden="true">
          <path
            d="M3 13c3 0 2-4 5-5s2-4 5-5"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
            strokeDasharray="2.6 2.2"
            strokeLinecap="round"
          />
        </svg>
        <span className="font-medium">{t("way.open")}</span>
        <span className="ms-auto text-soft">{step}</span>
      </button>
      <header className="mb-3">
        <p className="mb-1 text-soft">{[stage?.name, module?.name].filter(Boolean).join(" · ")}</p>
        <h1 ref={heading} tabIndex={-1} className="learn-title">
          {concept.name}
        </h1>
      </header>
      <Tabs {...{ place, concept, concepts }} taskId={roadmap.active_task?.task_id}>
        <Finish {...{ place, concept, concepts, learned }} />
      </Tabs>
      <Turn place={place} around={around} />
      {sheet && (
        <Sheet title={`${t("way.label")} · ${step}`} onClose={() => setSheet(false)}>
          <nav aria-label={t("way.label")} className="-mx-3">
            <WayHead roadmap={roadmap} total={concepts.length} learned={learned} />
            <Way
              {...{ roadmapId, framework, learned }}
              currentId={concept.concept_id}
              onChoose={() => setSheet(false)}
            />
          </nav>
        </Sheet>
      )}
    </div>
  );
}

/** ← and → turn the page where they mean nothing else. */
function useArrowKeys(roadmapId: string, previous: string | undefined, next: string | undefined): void {
  const navigate = useNavigate();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
      const on = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
      const to = event.key === back ? previous : event.key === on ? next : undefined;
      if (!to || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
        return;
      if (isTaken(event.target)) return;
      event.preventDefault();
      void navigate({ to: "/roadmap/$roadmapId/learn/$conceptId", params: { roadmapId, conceptId: to } });
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [navigate, roadmapId, previous, next]);
}

/** Arrows move there: in fields, tabs, dialogs and what scrolls. */
function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input, textarea, select, dialog, [role="tablist"], pre, table, section[tabindex], [role="img"]',
    ) !== null
  );
}
