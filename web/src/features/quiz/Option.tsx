import { useTranslation } from "react-i18next";
import type { Place } from "../learn/queries";
import { Inline } from "./Inline";
import { type Named, Revisit } from "./Revisit";
import type { Answered, Question } from "./state";

interface Props {
  text: string;
  index: number;
  question: Question;
  place: Place;
  concepts: readonly Named[];
  /** The verdict, when it is there. */
  answer: Answered | undefined;
  selected: boolean;
  onChoose: () => void;
}

/** One option: a real radio button or checkbox, and after the verdict what it says about the choice. */
export function Option({ text, index, question, answer, selected, onChoose, ...where }: Props) {
  const { t } = useTranslation("learn");
  const right = answer?.grade.correct_answer.includes(index) ?? false;
  const feedback = answer?.grade.option_feedback[index];
  const multiple = question.question_type === "multiple_choice";
  const tone = !answer
    ? selected
      ? "border-moss bg-moss-wash"
      : "border-line bg-sheet hover:border-edge"
    : right
      ? "border-moss bg-moss-wash"
      : selected
        ? "border-rust bg-rust-wash"
        : "border-line bg-sheet";
  const said = right
    ? selected
      ? `${t("quiz.isRight")} · ${t("quiz.yourChoice")}`
      : t(multiple ? "quiz.missed" : "quiz.isRight")
    : selected
      ? t("quiz.yourChoice")
      : undefined;
  return (
    <div className={`rounded-lg border transition-colors ${tone}`}>
      <label
        className={`flex min-h-12 items-start gap-3 px-4 py-3 text-base ${answer ? "" : "cursor-pointer"}`}
      >
        <input
          type={multiple ? "checkbox" : "radio"}
          name={question.question_id}
          checked={selected}
          disabled={answer !== undefined}
          onChange={onChoose}
          className="mt-1 size-4.5 shrink-0 accent-moss"
        />
        <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          <Inline text={text} />
        </span>
        <span aria-hidden="true" className="pt-0.5 font-sans text-soft text-xs pointer-coarse:hidden">
          {answer ? "" : index + 1}
        </span>
      </label>
      {answer && (said || feedback?.misconception) && (
        <div className="-mt-1.5 space-y-1 pe-4 pb-3 ps-[2.875rem]">
          {said && <p className={`font-medium ${right ? "text-moss" : "text-rust"}`}>{said}</p>}
          {!right && feedback?.misconception && <p className="text-soft">{feedback.misconception}</p>}
          {!right && selected && <Revisit conceptId={feedback?.revisit_concept_id ?? undefined} {...where} />}
        </div>
      )}
    </div>
  );
}
