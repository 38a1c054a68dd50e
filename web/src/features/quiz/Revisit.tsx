import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Concept } from "../../api/types";
import type { Place } from "../learn/queries";

interface Props {
  conceptId: string | undefined;
  place: Place;
  concepts: readonly Concept[];
}

/** A link to the lesson that clears up a wrong answer; nothing when it left the map. */
export function Revisit({ conceptId, place, concepts }: Props) {
  const { t } = useTranslation("learn");
  const concept = concepts.find((one) => one.concept_id === conceptId);
  if (!concept) return null;
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
