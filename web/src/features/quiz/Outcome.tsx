import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { buttonLook } from "../../ui/Button";
import type { Place, QuizAnswer } from "../learn/queries";
import { Inline } from "./Inline";
import { type Named, Revisit } from "./Revisit";
import { type QuizState, summary } from "./state";

interface Props {
  quiz: QuizAnswer;
  state: QuizState;
  place: Place;
  concepts: readonly Named[];
  head: RefObject<HTMLHeadingElement | null>;
  again: () => void;
}

/** How it went, what to read again, and every answer once more. */
export function Outcome({ quiz, state, place, concepts, head, again }: Props) {
  const { t } = useTranslation("learn");
  const { right, total, revisit } = summary(quiz.questions, state.answers);
  const words = right === total ? "summaryAll" : revisit.length > 0 ? "summarySome" : "summaryNone";
  return (
    <section className="space-y-6">
      <h2 ref={head} tabIndex={-1} className="font-serif text-2xl outline-none">
        {t("quiz.summary", { right, total })}
      </h2>
      <div className="space-y-1 text-base">
        <p>{t(`quiz.${words}`)}</p>
        {right < total && (
          <ul>
            {revisit.map((conceptId) => (
              <li key={conceptId}>
                <Revisit conceptId={conceptId} place={place} concepts={concepts} />
              </li>
            ))}
          </ul>
        )}
      </div>
      <button type="button" className={buttonLook("primary")} onClick={again}>
        {t("quiz.again")}
      </button>
      <div>
        <h3 className="mb-2 text-base">{t("quiz.review")}</h3>
        <ol className="divide-y divide-line border-line border-y">
          {quiz.questions.map((question, index) => {
            const answer = state.answers[question.question_id];
            const correct = answer?.grade.correct ?? false;
            const keys = answer?.grade.correct_answer ?? [];
            return (
              <li key={question.question_id} className="flex gap-4 py-3">
                <span className="w-5 shrink-0 text-end text-soft tabular-nums">{index + 1}</span>
                <div className="min-w-0 flex-1 space-y-1">
                  <p className="[overflow-wrap:anywhere]">
                    <Inline text={question.question} />
                  </p>
                  <p className={`font-medium ${correct ? "text-moss" : "text-rust"}`}>
                    {correct ? t("quiz.right") : t("quiz.notRight")}
                  </p>
                  {!correct && (
                    <p className="text-soft">
                      {`${t("quiz.isRight")}: ${keys.map((key) => question.options[key] ?? "").join("; ")}`}
                    </p>
                  )}
                </div>
              </li>
            );
          })}
        </ol>
        <p className="mt-3 text-soft text-xs">{t("quiz.kept")}</p>
      </div>
    </section>
  );
}
