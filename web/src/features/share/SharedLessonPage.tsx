import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ContentType } from "../../api/types";
import { Page, usePageTitle } from "../../app/Page";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { itemOf } from "../learn/items";
import { LinkList } from "../learn/Links";
import { TabList } from "../learn/TabList";
import { inOrder, neighbours } from "../map/order";
import { Markdown } from "../markdown/Markdown";
import { Quiz } from "../quiz/Quiz";
import {
  type SharedConcept,
  type SharedRoadmap,
  sharedLinksQuery,
  sharedQuery,
  sharedQuizQuery,
  sharedTextQuery,
} from "./server";
import "../learn/learn.css";

/** One concept of a shared roadmap: lesson, links and quiz, to read. */
export function SharedLessonPage() {
  const { t } = useTranslation(["learn", "share"]);
  const { token, conceptId } = useParams({ from: "/shared/$token/learn/$conceptId" });
  const shared = useQuery(sharedQuery(token));
  const concept = inOrder(shared.data?.framework).find((one) => one.concept_id === conceptId);
  if (shared.data && concept) {
    return <Reading key={conceptId} roadmap={shared.data} concept={concept} />;
  }
  return (
    <Page title={shared.data ? t("page.noConcept") : t("share:pageTitle")}>
      {shared.isPending ? <Bars lines={6} /> : null}
      {shared.isError ? <Problem error={shared.error} onRetry={() => void shared.refetch()} /> : null}
      {shared.data ? (
        <Link to="/shared/$token" params={{ token }} className="prose-link">
          {t("way.toMap")}
        </Link>
      ) : null}
    </Page>
  );
}

function Reading({ roadmap, concept }: { roadmap: SharedRoadmap; concept: SharedConcept }) {
  const { t } = useTranslation("learn");
  const [open, setOpen] = useState<ContentType>("tutorial");
  const heading = usePageTitle(`${concept.name} · ${roadmap.title}`);
  const { token } = roadmap;
  const concepts = inOrder(roadmap.framework);
  const { previous, next } = neighbours(concepts, concept.concept_id);
  return (
    <div className="mx-auto w-full max-w-3xl px-4 pt-6 pb-16">
      <header className="mb-3">
        <p className="mb-1">
          <Link to="/shared/$token" params={{ token }} className="prose-link">
            {roadmap.title}
          </Link>
        </p>
        <h1 ref={heading} tabIndex={-1} className="learn-title">
          {concept.name}
        </h1>
      </header>
      <TabList open={open} statusOf={(type) => itemOf(concept, type).status} onChoose={setOpen}>
        <Pane roadmap={roadmap} concept={concept} type={open} />
      </TabList>
      <nav
        aria-label={t("page.turn")}
        className="mt-12 flex flex-wrap justify-between gap-4 border-line border-t pt-4"
      >
        <Turn token={token} to={previous} word={t("page.previous")} />
        <Turn token={token} to={next} word={t("page.next")} />
      </nav>
    </div>
  );
}

function Turn({ token, to, word }: { token: string; to: SharedConcept | undefined; word: string }) {
  if (!to) return <span />;
  return (
    <Link
      to="/shared/$token/learn/$conceptId"
      params={{ token, conceptId: to.concept_id }}
      className="min-h-11 max-w-full rounded-lg px-3 py-2 hover:bg-moss-wash"
    >
      <span className="block text-soft text-xs">{word}</span>
      <span className="block font-medium [overflow-wrap:anywhere]">{to.name}</span>
    </Link>
  );
}

interface PaneProps {
  roadmap: SharedRoadmap;
  concept: SharedConcept;
  type: ContentType;
}

function Pane({ roadmap, concept, type }: PaneProps) {
  const { t } = useTranslation("share");
  if (!itemOf(concept, type).readable) return <p className="py-4 text-soft">{t("notWritten")}</p>;
  switch (type) {
    case "tutorial":
      return <Text roadmap={roadmap} concept={concept} />;
    case "resources":
      return <Links roadmap={roadmap} concept={concept} />;
    case "quiz":
      return <Questions roadmap={roadmap} concept={concept} />;
    default:
      return type satisfies never;
  }
}

type Part = Omit<PaneProps, "type">;

function placeOf({ roadmap, concept }: Part) {
  return { token: roadmap.token, conceptId: concept.concept_id };
}

function Text(part: Part) {
  const text = useQuery(sharedTextQuery(placeOf(part), part.concept.content_version ?? 1));
  if (text.isError) return <Problem error={text.error} onRetry={() => void text.refetch()} />;
  return text.data === undefined ? <Bars lines={8} /> : <Markdown text={text.data} />;
}

function Links(part: Part) {
  const links = useQuery(sharedLinksQuery(placeOf(part)));
  if (links.isError) return <Problem error={links.error} onRetry={() => void links.refetch()} />;
  return links.data === undefined ? <Bars lines={6} /> : <LinkList answer={links.data} />;
}

function Questions(part: Part) {
  const { t } = useTranslation("learn");
  const place = placeOf(part);
  const quiz = useQuery(sharedQuizQuery(place));
  if (quiz.isError) return <Problem error={quiz.error} onRetry={() => void quiz.refetch()} />;
  if (quiz.data === undefined) return <Bars lines={6} />;
  if (quiz.data.questions.length === 0) return <p>{t("quiz.empty")}</p>;
  return (
    <div className="max-w-2xl">
      <Quiz
        key={quiz.data.quiz_id}
        quiz={quiz.data}
        place={{ roadmapId: place.token, conceptId: place.conceptId, shared: true }}
        concepts={inOrder(part.roadmap.framework)}
      />
    </div>
  );
}
