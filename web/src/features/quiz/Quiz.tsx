import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { useWords } from "../../ui/words";
import { Notice } from "../learn/Notice";
import { grade, type Place, type QuizAnswer } from "../learn/queries";
import { Inline, QuestionText } from "./Inline";
import { useQuizState } from "./kept";
import { useNumberKeys } from "./numberKeys";
import { Option } from "./Option";
import { Outcome } from "./Outcome";
import type { Named } from "./Revisit";
import type { Question, QuizAction, QuizState } from "./state";

interface Props {
  quiz: QuizAnswer;
  place: Place;
  concepts: readonly Named[];
}

/** One question at a time, judged by the server. */
export function Quiz({ quiz, place, concepts }: Props) {
  const [state, act] = useQuizState(quiz.quiz_id, quiz.questions);
  const question = quiz.questions[state.index];
  const head = useMovedFocus(`${state.phase === "summary"} ${state.index}`);
  if (state.phase === "summary" || !question) {
    return <Outcome {...{ quiz, state, place, concepts, head }} again={() => act({ type: "again" })} />;
  }
  return <Asked key={question.question_id} {...{ quiz, question, place, concepts, state, act, head }} />;
}

/** Moves the focus to the heading when another one takes its place, not when the page opens. */
function useMovedFocus(of: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(of);
  useEffect(() => {
    if (before.current !== of) heading.current?.focus();
    before.current = of;
  }, [of]);
  return heading;
}

interface AskedProps extends Props {
  question: Question;
  state: QuizState;
  act: (action: QuizAction) => void;
  head: React.RefObject<HTMLHeadingElement | null>;
}

function Asked({ quiz, question, place, concepts, state, act, head }: AskedProps) {
  const { t } = useTranslation("learn");
  const words = useWords();
  const id = useId();
  const verdict = useRef<HTMLParagraphElement>(null);
  const answer = state.answers[question.question_id];
  const total = quiz.questions.length;
  const last = state.index + 1 >= total;
  const [keysOn, setKeysOn] = useNumberKeys();
  const judge = useMutation({
    mutationFn: () => grade(place, quiz.version, question.question_id, state.selected),
    onSuccess: (found) => act({ type: "graded", questionId: question.question_id, grade: found }),
    onError: () => act({ type: "refused" }),
  });
  const judged = state.phase === "graded" && answer !== undefined;
  useEffect(() => {
    if (judged) verdict.current?.focus();
  }, [judged]);

  const group = {
    role: question.question_type === "multiple_choice" ? "group" : "radiogroup",
    "aria-labelledby": `${id}-q`,
    "aria-describedby": `${id}-k`,
  };
  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (judged) return act({ type: "next", total });
    if (state.phase !== "answering" || state.selected.length === 0) return;
    act({ type: "send" });
    judge.mutate();
  };
  usePageKeys((event) => {
    const number = Number(event.key);
    if (keysOn && number >= 1 && number <= question.options.length && !isTyping(event.target)) {
      event.preventDefault();
      act({ type: "choose", option: number - 1, question });
    } else if (event.key === "Enter" && !isOwn(event.target)) {
      submit(event);
    }
  });
  return (
    <form onSubmit={submit} className="space-y-6">
      <Steps total={total} index={state.index} state={state} quiz={quiz} />
      <div>
        <h2
          ref={head}
          tabIndex={-1}
          id={`${id}-q`}
          className="font-serif text-[1.375rem] leading-8 outline-none"
        >
          <QuestionText text={question.question} />
        </h2>
        <p id={`${id}-k`} className="mt-2 text-soft">
          {t(`quiz.kind.${question.question_type}`)}
        </p>
      </div>
      <div {...group} className="space-y-2">
        {question.options.map((text, index) => (
          <Option
            key={text}
            {...{ text, index, question, place, concepts, answer: judged ? answer : undefined }}
            selected={state.selected.includes(index)}
            onChoose={() => act({ type: "choose", option: index, question })}
          />
        ))}
      </div>
      {judge.isError && (
        <Notice tone="rust" role="alert">
          {words.refusal(judge.error)}
        </Notice>
      )}
      <div role="status">
        {judged && (
          <Notice tone={answer.grade.correct ? "moss" : "rust"}>
            <p ref={verdict} tabIndex={-1} className="basis-full font-semibold text-base outline-none">
              {answer.grade.correct ? t("quiz.right") : t("quiz.notRight")}
            </p>
            <p className="basis-full">
              <Inline text={answer.grade.explanation} />
            </p>
          </Notice>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          type="submit"
          look="primary"
          busy={state.phase === "grading"}
          idle={!judged && state.selected.length === 0}
        >
          {judged
            ? t(last ? "quiz.toSummary" : "quiz.nextQuestion")
            : t(state.phase === "grading" ? "quiz.checking" : "quiz.check")}
        </Button>
        <label className="flex min-h-6 items-center gap-2 text-soft text-xs">
          <input
            type="checkbox"
            checked={keysOn}
            onChange={(event) => setKeysOn(event.target.checked)}
            className="size-4 shrink-0 accent-moss"
          />
          {t("quiz.keys", { last: question.options.length })}
        </label>
      </div>
    </form>
  );
}

/** Keys pressed anywhere on the page, as long as nothing lies above it and nobody else has taken them. */
function usePageKeys(pressed: (event: KeyboardEvent) => void): void {
  const newest = useRef(pressed);
  useEffect(() => {
    newest.current = pressed;
  });
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      const above = document.querySelector('dialog[open], [role="dialog"], [role="menu"]');
      const more = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
      if (!above && !more && !event.defaultPrevented) newest.current(event);
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, []);
}

/** Digits are text or a search there. */
function isTyping(target: EventTarget | null): boolean {
  const fields = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable="true"]';
  return target instanceof Element && target.closest(fields) !== null;
}

/** Enter does there what the element itself does. */
function isOwn(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('button, a, input, textarea, select, summary, [contenteditable="true"]') !== null
  );
}

function Steps({
  total,
  index,
  state,
  quiz,
}: {
  total: number;
  index: number;
  state: QuizState;
  quiz: QuizAnswer;
}) {
  const { t } = useTranslation("learn");
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <p className="font-medium text-soft">{t("quiz.question", { number: index + 1, total })}</p>
      <div className="flex gap-1.5" aria-hidden="true">
        {quiz.questions.map(({ question_id }, at) => {
          const correct = state.answers[question_id]?.grade.correct;
          const past =
            correct === undefined
              ? "border-edge"
              : correct
                ? "border-moss bg-moss"
                : "border-rust bg-rust-wash";
          return (
            <span
              key={question_id}
              className={`size-3 rounded-full border-[1.5px] ${at === index ? "ring-2 ring-moss/40 ring-offset-1 ring-offset-paper" : ""} ${past}`}
            />
          );
        })}
      </div>
    </div>
  );
}
