import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CONTENT_TYPES, type Concept, type ContentType } from "../../api/types";
import { QuizPane } from "../quiz/QuizPane";
import { ItemPane } from "./ItemPane";
import { itemOf } from "./items";
import { Lesson } from "./Lesson";
import { Links } from "./Links";
import type { Place } from "./queries";
import { TabList } from "./TabList";

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
  const [open, choose] = useTab(place);
  const pane = { place, concept, taskId };
  return (
    <TabList open={open} statusOf={(type) => itemOf(concept, type).status} onChoose={choose}>
      <Panel open={open} {...pane} concepts={concepts} />
      {open === "tutorial" && concept.tutorial_id !== null && children}
    </TabList>
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
