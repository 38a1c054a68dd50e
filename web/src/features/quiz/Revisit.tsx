import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Concept } from "../../api/types";
import type { Place } from "../learn/queries";

/** What a question needs to know of a concept. */
export type Named = Pick<Concept, "concept_id" | "name">;

interface Props {
  conceptId: string | undefined;
  place: Place;
  concepts: readonly Named[];
}

/** A link to the lesson that clears up a wrong answer; nothing when it left the map. */
export function Revisit({ conceptId, place, concepts }: Props) {
  const { t } = useTranslation("learn");
  const concept = concepts.find((one) => one.concept_id === conceptId);
  if (!concept) return null;
  if (place.shared) {
    return (
      <Link
        to="/shared/$token/learn/$conceptId"
        params={{ token: place.roadmapId, conceptId: concept.concept_id }}
        className="prose-link inline-block py-1"
      >
        {t("quiz.revisit", { name: concept.name })}
      </Link>
    );
  }
  return (
    <Link
      to="/roadmap/$roadmapId/learn/$conceptId"
      params={{ roadmapId: place.roadmapId, conceptId: concept.concept_id }}
      className="prose-link inline-block py-1"
    >
      {t("quiz.revisit", { name: concept.name })}
    </Link>
  );
}
