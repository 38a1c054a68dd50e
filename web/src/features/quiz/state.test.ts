import { expect, test } from "vitest";
import {
  BEGIN,
  type Grade,
  type Question,
  type QuizAction,
  type QuizState,
  quizReducer,
  restored,
  summary,
} from "./state";

const question = (id: string, type: Question["question_type"] = "single_choice"): Question => ({
  question_id: id,
  question_type: type,
  question: id,
  options: ["w", "x", "y", "z"],
  difficulty: "easy",
});
const one = question("q1");
const many = question("q2", "multiple_choice");
const right = (...keys: number[]): Grade => ({
  correct: true,
  correct_answer: keys,
  explanation: "",
  option_feedback: [],
});
const wrong = (key: number, ...revisit: (string | null)[]): Grade => ({
  correct: false,
  correct_answer: [key],
  explanation: "",
  option_feedback: revisit.map((id) => ({ misconception: null, revisit_concept_id: id })),
});
const after = (...actions: QuizAction[]): QuizState => actions.reduce(quizReducer, BEGIN);
const choose = (option: number, of = one): QuizAction => ({ type: "choose", option, question: of });
const graded = (id: string, grade: Grade): QuizAction => ({ type: "graded", questionId: id, grade });

test("of single choice the last choice counts", () => {
  expect(after(choose(1), choose(3)).selected).toEqual([3]);
});

test("of multiple choice each click turns one option on or off, in order", () => {
  expect(after(choose(3, many), choose(0, many), choose(3, many), choose(2, many)).selected).toEqual([0, 2]);
});

test("an option that is not there changes nothing", () => {
  expect(after(choose(1), choose(4), choose(-1)).selected).toEqual([1]);
});

test("nothing is sent without a choice", () => {
  expect(after({ type: "send" }).phase).toBe("answering");
});

test("what was sent cannot be changed until the verdict is there, nor after it", () => {
  const sent = after(choose(1), { type: "send" }, choose(2));
  expect([sent.phase, sent.selected]).toEqual(["grading", [1]]);
  const judged = [graded("q1", right(1)), choose(2)].reduce(quizReducer, sent);
  expect([judged.phase, judged.selected]).toEqual(["graded", [1]]);
});

test("a refused answer can be sent again as it was", () => {
  const state = after(choose(1), { type: "send" }, { type: "refused" });
  expect([state.phase, state.selected]).toEqual(["answering", [1]]);
});

test("a verdict that nobody waits for is not taken", () => {
  expect(after(graded("q1", right(1)))).toEqual(BEGIN);
});

test("after the verdict comes the next question, after the last the summary", () => {
  const first = after(choose(1), { type: "send" }, graded("q1", right(1)), { type: "next", total: 2 });
  expect([first.index, first.phase, first.selected]).toEqual([1, "answering", []]);
  const last = [
    choose(0, many),
    { type: "send" },
    graded("q2", wrong(1)),
    { type: "next", total: 2 },
  ] as const;
  expect(last.reduce<QuizState>(quizReducer, first).phase).toBe("summary");
});

test("no question is skipped by a second click on next", () => {
  const state = after(choose(1), { type: "send" }, graded("q1", right(1)), { type: "next", total: 3 });
  expect(quizReducer(state, { type: "next", total: 3 })).toEqual(state);
});

test("trying again begins anew", () => {
  expect(after(choose(1), { type: "send" }, graded("q1", right(1)), { type: "again" })).toEqual(BEGIN);
});

test("the summary counts what was right and names first what most wrong choices point to", () => {
  const answers = {
    q1: { selected: [0], grade: right(0) },
    q2: { selected: [1], grade: wrong(0, null, "b") },
    q3: { selected: [1], grade: wrong(0, null, "c") },
    q4: { selected: [2], grade: wrong(0, null, "x", "c") },
  };
  const found = summary(
    ["q1", "q2", "q3", "q4"].map((id) => question(id)),
    answers,
  );
  expect(found).toEqual({ right: 1, total: 4, revisit: ["c", "b"] });
});

test("a right option among the chosen ones points nowhere", () => {
  const answers = { q1: { selected: [0, 1], grade: wrong(0, "a", "b") } };
  expect(summary([one], answers).revisit).toEqual(["b"]);
});

test("a kept state goes on where it was; one that was being sent can be sent again", () => {
  const kept = JSON.parse(JSON.stringify(after(choose(1), { type: "send" })));
  expect(restored(kept, [one])).toEqual({ ...BEGIN, selected: [1] });
});

test.each([null, "x", {}, { index: 9, selected: [], phase: "answering", answers: {} }, [1]])(
  "what was kept wrongly is a new beginning: %j",
  (kept) => expect(restored(kept, [one])).toEqual(BEGIN),
);

test("answers to questions of another quiz are forgotten", () => {
  const kept = { ...BEGIN, answers: { other: { selected: [1], grade: right(1) } } };
  expect(restored(kept, [one])).toEqual(BEGIN);
});
