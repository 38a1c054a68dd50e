import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { useWords } from "../../ui/words";
import { useReview } from "../review/useReview";

type Question = components["schemas"]["Question"];

/** The goal has several meanings: asked before anything is planned; every question may stay open. */
export function Questions({
  taskId,
  roadmapId,
  questions,
}: {
  taskId: string;
  roadmapId: string;
  questions: Question[];
}) {
  const { t } = useTranslation("task");
  const words = useWords();
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const review = useReview(taskId, roadmapId);
  const given = Object.fromEntries(Object.entries(answers).filter(([, text]) => text.trim() !== ""));
  const send = (said: Record<string, string>) =>
    review.mutate({ decision: "approve", version: 0, answers: said });
  return (
    <section aria-labelledby="questions" className="rounded-lg border border-lake bg-sheet p-5">
      <h2 id="questions" className="text-lg">
        {t("questions.title")}
      </h2>
      <p className="mb-5 text-soft">{t("questions.note")}</p>
      <div className="space-y-6">
        {questions.map((question) => (
          <Asked
            key={question.question_id}
            question={question}
            value={answers[question.question_id] ?? ""}
            onChange={(text) => setAnswers((before) => ({ ...before, [question.question_id]: text }))}
          />
        ))}
      </div>
      <div className="mt-6">
        <Said error={review.error ? words.refusal(review.error) : undefined} />
        <div className="flex flex-wrap gap-2">
          <Button
            look="primary"
            busy={review.isPending}
            disabled={Object.keys(given).length === 0}
            onClick={() => send(given)}
          >
            {t("questions.send")}
          </Button>
          <Button busy={review.isPending} onClick={() => send({})}>
            {t("questions.skip")}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Asked({
  question,
  value,
  onChange,
}: {
  question: Question;
  value: string;
  onChange: (text: string) => void;
}) {
  const { t } = useTranslation("task");
  const options = question.options ?? [];
  if (options.length === 0) return <TextField label={question.question} value={value} onChange={onChange} />;
  const own = value !== "" && !options.includes(value);
  return (
    <fieldset>
      <legend className="mb-2 font-medium">{question.question}</legend>
      <div className="space-y-2">
        {options.map((option) => (
          <label key={option} className="flex min-h-9 items-center gap-2.5">
            <input
              type="radio"
              name={question.question_id}
              checked={value === option}
              onChange={() => onChange(option)}
              className="size-4 accent-moss"
            />
            {option}
          </label>
        ))}
        <TextField label={t("questions.other")} value={own ? value : ""} onChange={onChange} />
      </div>
    </fieldset>
  );
}
