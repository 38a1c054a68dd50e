import { useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { CONTENT_TYPES, type Concept, type ContentType } from "../../api/types";
import { StatusMark } from "../../ui/StatusMark";
import { QuizPane } from "../quiz/QuizPane";
import { ItemPane } from "./ItemPane";
import { itemOf } from "./items";
import { Lesson } from "./Lesson";
import { Links } from "./Links";
import type { Place } from "./queries";

interface Props {
  place: Place;
  concept: Concept;
  concepts: readonly Concept[];
  taskId: string | undefined;
  /** Below the lesson. */
  children: ReactNode;
}

/** Lesson, links and quiz of a concept; which one is open stands in the address. */
export function Tabs({ place, concept, concepts, taskId, children }: Props) {
  const { t } = useTranslation(["learn", "common"]);
  const [open, choose] = useTab(place);
  const list = useRef<HTMLDivElement>(null);
  const pressed = (event: KeyboardEvent) => {
    const onward = document.dir === "rtl" ? -1 : 1;
    const by = { ArrowRight: onward, ArrowLeft: -onward }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = (CONTENT_TYPES.indexOf(open) + by + CONTENT_TYPES.length) % CONTENT_TYPES.length;
    choose(CONTENT_TYPES[at] ?? open);
    list.current?.querySelectorAll("button")[at]?.focus();
  };
  const pane = { place, concept, taskId };
  return (
    <>
      <div className="learn-tabs">
        <div
          ref={list}
          role="tablist"
          aria-label={t("page.sections")}
          onKeyDown={pressed}
          className="flex gap-1"
        >
          {CONTENT_TYPES.map((type) => (
            <button
              key={type}
              type="button"
              role="tab"
              id={`tab-${type}`}
              aria-selected={type === open}
              aria-controls="tab-panel"
              tabIndex={type === open ? 0 : -1}
              onClick={() => choose(type)}
              className={`flex min-h-11 items-center gap-2 border-b-2 px-3 font-medium ${type === open ? "border-moss text-ink" : "border-transparent text-soft hover:text-ink"}`}
            >
              {t(`common:content.${type}`)}
              {itemOf(concept, type).status !== "completed" && (
                <StatusMark status={itemOf(concept, type).status} />
              )}
            </button>
          ))}
        </div>
      </div>
      <div
        role="tabpanel"
        id="tab-panel"
        aria-labelledby={`tab-${open}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel of tabs is reached by Tab
        tabIndex={0}
        className="pt-6 outline-offset-8"
      >
        <Panel open={open} {...pane} concepts={concepts} />
        {open === "tutorial" && concept.tutorial_id !== null && children}
      </div>
    </>
  );
}

function Panel({ open, concepts, ...pane }: Omit<Props, "children"> & { open: ContentType }) {
  const { place, concept } = pane;
  switch (open) {
    case "tutorial":
      return (
        <ItemPane key={open} {...pane} contentType={open}>
          {(ordering) => <Lesson {...{ place, concept, ordering }} />}
        </ItemPane>
      );
    case "resources":
      return (
        <ItemPane key={open} {...pane} contentType={open}>
          {(ordering) => <Links {...{ place, ordering }} />}
        </ItemPane>
      );
    case "quiz":
      return (
        <ItemPane key={open} {...pane} contentType={open}>
          {(ordering) => <QuizPane {...{ place, concepts, ordering }} />}
        </ItemPane>
      );
    default:
      return open satisfies never;
  }
}

const NAMES: Record<ContentType, string> = { tutorial: "lesson", resources: "links", quiz: "quiz" };

function useTab(place: Place): [ContentType, (type: ContentType) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const open = CONTENT_TYPES.find((type) => NAMES[type] === search.tab) ?? "tutorial";
  const choose = (type: ContentType) =>
    void navigate({
      to: "/roadmap/$roadmapId/learn/$conceptId",
      params: place,
      search: type === "tutorial" ? {} : (): object => ({ tab: NAMES[type] }),
      replace: true,
      resetScroll: false,
    });
  return [open, choose];
}
