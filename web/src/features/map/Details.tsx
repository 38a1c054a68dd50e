import { useTranslation } from "react-i18next";
import { CONTENT_TYPES, type Concept } from "../../api/types";
import { StatusMark } from "../../ui/StatusMark";
import { useWords } from "../../ui/words";
import { itemOf } from "../learn/items";
import type { LearnedAt } from "../learn/queries";
import { shownOf } from "../learn/Way";
import { neededBy } from "./order";

interface Props {
  concept: Concept;
  concepts: readonly Concept[];
  learned: LearnedAt;
  onSelect: (conceptId: string | null) => void;
}

/** What a concept is about, how far its parts are, what it needs and where it leads. */
export function Details({ concept, concepts, learned, onSelect }: Props) {
  const { t } = useTranslation("learn");
  const needs = concepts.filter((one) => concept.prerequisites?.includes(one.concept_id));
  const objectives = concept.objectives ?? [];
  return (
    <div className="space-y-3">
      {concept.description && <p>{concept.description}</p>}
      <Parts concept={concept} />
      {objectives.length > 0 && (
        <div>
          <p className="font-medium text-soft text-xs">{t("map.objectives")}</p>
          <ul className="list-disc ps-5">
            {objectives.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      )}
      <Neighbourhood
        label={t("map.needs")}
        none={t("map.nothingBefore")}
        {...{ concepts: needs, learned, onSelect }}
      />
      <Neighbourhood
        label={t("map.leadsTo")}
        {...{ concepts: neededBy(concepts, concept.concept_id), learned, onSelect }}
      />
    </div>
  );
}

function Parts({ concept }: { concept: Concept }) {
  const { t } = useTranslation("common");
  const words = useWords();
  return (
    <ul className="space-y-1">
      {CONTENT_TYPES.map((type) => {
        const { status, error } = itemOf(concept, type);
        return (
          <li key={type} className="flex flex-wrap items-baseline gap-x-2">
            <span className="min-w-14">{t(`content.${type}`)}</span>
            <StatusMark status={status} word className="text-xs" />
            {error && <span className="basis-full text-soft text-xs">{words.fault(error)}</span>}
          </li>
        );
      })}
    </ul>
  );
}

interface NeighbourhoodProps {
  label: string;
  none?: string;
  concepts: readonly Concept[];
  learned: LearnedAt;
  onSelect: (conceptId: string) => void;
}

function Neighbourhood({ label, none, concepts, learned, onSelect }: NeighbourhoodProps) {
  if (concepts.length === 0 && !none) return null;
  return (
    <div>
      <p className="font-medium text-soft text-xs">{label}</p>
      {concepts.length === 0 && <p>{none}</p>}
      <ul>
        {concepts.map((one) => (
          <li key={one.concept_id}>
            <button
              type="button"
              onClick={() => onSelect(one.concept_id)}
              className="inline-flex min-h-8 items-center gap-2 text-start text-lake hover:underline"
            >
              <StatusMark status={shownOf(one, learned)} />
              {one.name}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
