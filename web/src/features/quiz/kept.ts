import { useEffect, useReducer } from "react";
import { BEGIN, type Question, type QuizAction, type QuizState, quizReducer, restored } from "./state";

/** One go through a quiz that is found again as it was left; kept in this browser. */
export function useQuizState(
  quizId: string,
  questions: readonly Question[],
): [QuizState, (action: QuizAction) => void] {
  const key = `trailwright.quiz.${quizId}`;
  const [state, act] = useReducer(quizReducer, undefined, () => restored(read(key), questions));
  useEffect(() => {
    if (state === BEGIN) localStorage.removeItem(key);
    else write(key, state);
  }, [key, state]);
  return [state, act];
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(key: string, state: QuizState): void {
  try {
    localStorage.setItem(key, JSON.stringify(state));
  } catch {
    // the browser's store is full: the quiz goes on, it is only not kept
  }
}
