import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Concept } from "../../api/types";
import { buttonLook } from "../../ui/Button";
import { Problem } from "../../ui/Problem";
import { Lines } from "../learn/ItemState";
import { OldVersion, Versions } from "../learn/Lesson";
import type { Ordering } from "../learn/ordering";
import { type Place, quizQuery } from "../learn/queries";
import { Quiz } from "./Quiz";

interface Props {
  place: Place;
  concepts: readonly Concept[];
  ordering: Ordering;
}

/** The quiz of a concept in one of its versions. */
export function QuizPane({ place, concepts, ordering }: Props) {
  const { t } = useTranslation("learn");
  const newest = useQuery(quizQuery(place));
  const [chosen, setChosen] = useState<number>();
  const latest = newest.data?.version ?? 1;
  const version = Math.min(chosen ?? latest, latest);
  const old = useQuery({ ...quizQuery(place, version), enabled: version < latest });
  const { data, isError, error, refetch } = version < latest ? old : newest;
  if (isError) return <Problem error={error} onRetry={() => refetch()} />;
  if (!data) return <Lines />;
  return (
    <div className="max-w-2xl space-y-8">
      {version < latest && <OldVersion {...{ version, latest }} onLatest={() => setChosen(undefined)} />}
      {data.questions.length > 0 ? (
        <Quiz key={data.quiz_id} quiz={data} place={place} concepts={concepts} />
      ) : (
        <p>{t("quiz.empty")}</p>
      )}
      <div className="flex flex-wrap gap-2 border-line border-t pt-6">
        <button type="button" className={buttonLook()} onClick={ordering.openWish}>
          {t("anew.button.quiz")}
        </button>
        <Versions latest={latest} version={version} onChoose={setChosen} />
      </div>
    </div>
  );
}
