import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Concept } from "../../api/types";
import { buttonLook } from "../../ui/Button";
import { useFormat } from "../../ui/format";
import { StatusMark } from "../../ui/StatusMark";
import { useKeptFocus } from "../../ui/useKeptFocus";
import { useWords } from "../../ui/words";
import { type Neighbours, nextToLearn } from "../map/order";
import { Notice } from "./Notice";
import { type LearnedAt, type Place, useMark } from "./queries";

interface Props {
  place: Place;
  concept: Concept;
  concepts: readonly Concept[];
  learned: LearnedAt;
}

/** The end of a lesson: learned or not, and what comes next. */
export function Finish({ place, concept, concepts, learned }: Props) {
  const { t } = useTranslation("learn");
  const format = useFormat();
  const words = useWords();
  const mark = useMark(place.roadmapId);
  const [said, setSaid] = useState("");
  const box = useKeptFocus<HTMLElement>();
  const at = learned[concept.concept_id];
  const done = at !== undefined;
  const next = nextToLearn(concepts, new Set(Object.keys(learned)), concept.concept_id);
  const set = (to: boolean) => {
    setSaid("");
    mark.mutate(
      { conceptId: concept.concept_id, learned: to },
      { onSuccess: () => setSaid(t(to ? "page.marked" : "page.unmarked", { name: concept.name })) },
    );
  };
  return (
    <section
      ref={box}
      tabIndex={-1}
      aria-label={t("page.finish")}
      className="mt-12 max-w-[44rem] space-y-4 border-line border-t pt-6 outline-offset-8"
    >
      <p role="status" className="sr-only">
        {said}
      </p>
      {done ? (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <StatusMark status="learned" word />
          <span className="text-soft">{at && t("page.learnedOn", { date: format.day(at) })}</span>
          <button type="button" className={buttonLook("quiet")} onClick={() => set(false)}>
            {t("page.unmark")}
          </button>
        </div>
      ) : (
        <button type="button" className={buttonLook("primary")} onClick={() => set(true)}>
          {t("page.markLearned")}
        </button>
      )}
      {mark.isError && (
        <Notice tone="rust" role="alert">
          {words.refusal(mark.error)}
        </Notice>
      )}
      {done && next && (
        <Link
          to="/roadmap/$roadmapId/learn/$conceptId"
          params={{ roadmapId: place.roadmapId, conceptId: next.concept_id }}
          className="block rounded-lg border border-moss bg-moss-wash px-5 py-4 hover:shadow-float"
        >
          <span className="block text-soft text-xs">{t("page.nextUp")}</span>
          <span className="block font-semibold text-base">{next.name}</span>
          <span className="mt-1 block text-soft">{next.description}</span>
        </Link>
      )}
      {done && !next && <p className="text-base">{t("page.allDone")}</p>}
    </section>
  );
}

/** To the concept before and after, in learning order. */
export function Turn({ place, around }: { place: Place; around: Neighbours<Concept> }) {
  const { t } = useTranslation("learn");
  return (
    <nav aria-label={t("page.turn")} className="mt-6 max-w-[44rem]">
      <div className="flex flex-wrap justify-between gap-3">
        {around.previous ? <Step place={place} to={around.previous} word={t("page.previous")} /> : <span />}
        {around.next && <Step place={place} to={around.next} word={t("page.next")} forward />}
      </div>
      <p className="mt-3 text-soft text-xs pointer-coarse:hidden">{t("page.keys")}</p>
    </nav>
  );
}

function Step({
  place,
  to,
  word,
  forward = false,
}: {
  place: Place;
  to: Concept;
  word: string;
  forward?: boolean;
}) {
  return (
    <Link
      to="/roadmap/$roadmapId/learn/$conceptId"
      params={{ roadmapId: place.roadmapId, conceptId: to.concept_id }}
      className={`group flex min-h-11 max-w-full items-center gap-3 rounded-lg px-3 py-2 hover:bg-moss-wash sm:max-w-[48%] ${forward ? "ms-auto flex-row-reverse text-end" : ""}`}
    >
      <svg
        viewBox="0 0 16 16"
        className={`size-4 shrink-0 text-moss ${forward ? "" : "rotate-180"} rtl:scale-x-[-1]`}
        aria-hidden="true"
      >
        <path
          d="M3 8h10M9 4l4 4-4 4"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
        />
      </svg>
      <span className="min-w-0">
        <span className="block text-soft text-xs">{word}</span>
        <span className="block font-medium [overflow-wrap:anywhere]">{to.name}</span>
      </span>
    </Link>
  );
}
