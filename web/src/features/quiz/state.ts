/** One go through a quiz, question by question. Pure; the server grades. */

import type { components } from "../../api/schema";

export type Question = components["schemas"]["QuestionForLearner"];
export type Grade = components["schemas"]["Graded"];

export interface Answered {
  selected: number[];
  grade: Grade;
}

export interface QuizState {
  index: number;
  selected: number[];
  phase: "answering" | "grading" | "graded" | "summary";
  answers: Record<string, Answered>;
}

export type QuizAction =
  | { type: "choose"; option: number; question: Question }
  | { type: "send" }
  | { type: "graded"; questionId: string; grade: Grade }
  | { type: "refused" }
  | { type: "next"; total: number }
  | { type: "again" };

export const BEGIN: QuizState = { index: 0, selected: [], phase: "answering", answers: {} };

export function quizReducer(state: QuizState, action: QuizAction): QuizState {
  switch (action.type) {
    case "choose":
      return state.phase === "answering" ? { ...state, selected: chosen(state, action) } : state;
    case "send":
      return state.phase === "answering" && state.selected.length > 0
        ? { ...state, phase: "grading" }
        : state;
    case "graded": {
      if (state.phase !== "grading") return state;
      const answer = { selected: state.selected, grade: action.grade };
      return { ...state, phase: "graded", answers: { ...state.answers, [action.questionId]: answer } };
    }
    case "refused":
      return state.phase === "grading" ? { ...state, phase: "answering" } : state;
    case "next": {
      if (state.phase !== "graded") return state;
      const last = state.index + 1 >= action.total;
      return last
        ? { ...state, phase: "summary", selected: [] }
        : { ...state, index: state.index + 1, phase: "answering", selected: [] };
    }
    case "again":
      return BEGIN;
    default:
      return never(action);
  }
}

function chosen(state: QuizState, { option, question }: { option: number; question: Question }): number[] {
  if (option < 0 || option >= question.options.length) return state.selected;
  if (question.question_type !== "multiple_choice") return [option];
  return state.selected.includes(option)
    ? state.selected.filter((other) => other !== option)
    : [...state.selected, option].sort((a, b) => a - b);
}

export interface Summary {
  right: number;
  total: number;
  /** Concepts to go back to, the one most answers point at first. */
  revisit: string[];
}

/** What the answers say: how many were right, and which concepts the wrong choices point back to. */
export function summary(questions: readonly Question[], answers: QuizState["answers"]): Summary {
  const counts = new Map<string, number>();
  let right = 0;
  for (const question of questions) {
    const answer = answers[question.question_id];
    if (answer?.grade.correct) right += 1;
    for (const id of answer ? pointsBack(answer) : []) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const revisit = [...counts].sort((a, b) => b[1] - a[1]).map(([id]) => id);
  return { right, total: questions.length, revisit };
}

function pointsBack({ selected, grade }: Answered): string[] {
  if (grade.correct) return [];
  const wrong = selected.filter((option) => !grade.correct_answer.includes(option));
  return wrong.flatMap((option) => grade.option_feedback[option]?.revisit_concept_id ?? []);
}

/** A kept state that fits these questions, or a new beginning. */
export function restored(kept: unknown, questions: readonly Question[]): QuizState {
  if (!isState(kept) || kept.index >= questions.length) return BEGIN;
  const ids = new Set(questions.map((question) => question.question_id));
  const fits = Object.keys(kept.answers).every((id) => ids.has(id));
  if (!fits) return BEGIN;
  return kept.phase === "grading" ? { ...kept, phase: "answering" } : kept;
}

function isState(kept: unknown): kept is QuizState {
  if (typeof kept !== "object" || kept === null) return false;
  const { index, selected, phase, answers } = kept as Partial<Record<keyof QuizState, unknown>>;
  const phases: unknown[] = ["answering", "grading", "graded", "summary"];
  return (
    typeof index === "number" &&
    Array.isArray(selected) &&
    phases.includes(phase) &&
    typeof answers === "object" &&
    answers !== null
  );
}

function never(value: never): never {
  throw new Error(`not an action: ${JSON.stringify(value)}`);
}
