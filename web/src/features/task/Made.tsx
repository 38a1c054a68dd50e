import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { stepsQuery } from "../../api/queries";
import { CONTENT_TYPES, type StepResult, type Task } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useSaid } from "../../ui/said";
import { type Station, stationOf } from "./flow";
import { findingsIn, intentIn, outlineIn, plannedIn } from "./produced";
import { StepLog } from "./StepLog";

/** What a station produced, and its log. */
export function Made({ task, station }: { task: Task; station: Station }) {
  const { t } = useTranslation("task");
  const steps = useQuery(stepsQuery(task.task_id));
  const mine = (steps.data?.steps ?? []).filter((one) => stationOf(one.step) === station);
  return (
    <section
      aria-label={t(`flow.${station}`)}
      className="mt-3 space-y-4 rounded-lg border border-line bg-sheet p-4 sm:p-5"
    >
      {steps.isPending ? <Bars lines={3} /> : null}
      {steps.error ? <Problem error={steps.error} onRetry={() => void steps.refetch()} /> : null}
      {steps.data && station !== "write" ? (
        mine.length > 0 ? (
          <ul className="space-y-4">
            {mine.map((step) => (
              <li key={`${step.kind} ${step.round} ${step.part}`}>
                <Produced step={step} />
              </li>
            ))}
          </ul>
        ) : (
          <p className="text-soft">{t("flow.nothing")}</p>
        )
      ) : null}
      {steps.data && station === "write" ? <Written items={steps.data.items} /> : null}
      <StepLog taskId={task.task_id} station={station} />
    </section>
  );
}

function Produced({ step }: { step: StepResult }) {
  const { t } = useTranslation("task");
  const format = useFormat();
  const seconds = format.short((step.duration_ms ?? 0) / 1000);
  return (
    <div>
      <h2 className="mb-1 flex flex-wrap items-baseline justify-between gap-2 font-semibold">
        <span>
          {t(`step.${step.step}`)}
          {step.round > 0 ? ` · ${t("made.round", { round: step.round + 1 })}` : ""}
        </span>
        {step.duration_ms ? (
          <span className="font-normal text-soft text-xs">{t("made.took", { seconds })}</span>
        ) : null}
      </h2>
      <Result step={step} />
    </div>
  );
}

function Result({ step }: { step: StepResult }) {
  const { t } = useTranslation("task");
  const said = useSaid();
  const intent = intentIn(step.result);
  if (intent) {
    return (
      <dl className="grid gap-3 sm:grid-cols-2">
        <Fact term={t("made.understood")} text={intent.summary} wide />
        <Fact term={t("made.skills")} text={intent.required.join(" · ")} />
        <Fact term={t("made.known")} text={intent.known.join(" · ")} />
        <Fact term={t("made.weeks")} text={intent.weeks ? String(intent.weeks) : ""} />
        <p className="text-soft sm:col-span-2">{t("made.wrong")}</p>
      </dl>
    );
  }
  const outline = outlineIn(step.result);
  if (outline) return <p className="text-soft">{outline.map((one) => one.name).join(" → ")}</p>;
  const planned = plannedIn(step.result);
  if (planned.length > 0) return <Lines title={t("made.planned")} lines={planned} />;
  const findings = findingsIn(step.result);
  if (findings) {
    return findings.length > 0 ? (
      <Lines title={t("made.findings")} lines={findings.map(said.finding)} />
    ) : (
      <p className="text-soft">{t("made.holds")}</p>
    );
  }
  return null;
}

function Fact({ term, text, wide = false }: { term: string; text: string; wide?: boolean }) {
  if (!text) return null;
  return (
    <div className={wide ? "sm:col-span-2" : ""}>
      <dt className="text-soft text-xs">{term}</dt>
      <dd>{text}</dd>
    </div>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  return (
    <>
      <p className="text-soft text-xs">{title}</p>
      <ul className="list-disc space-y-1 ps-5">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}

function Written({ items }: { items: { content_type: string; status: string; outcome: string | null }[] }) {
  const { t } = useTranslation("task");
  const { t: common } = useTranslation();
  if (items.length === 0) return <p className="text-soft">{t("flow.nothing")}</p>;
  return (
    <dl className="grid gap-2 sm:grid-cols-3">
      {CONTENT_TYPES.map((type) => {
        const all = items.filter((one) => one.content_type === type);
        const ready = all.filter((one) => one.status === "completed").length;
        return (
          <div key={type}>
            <dt className="text-soft text-xs">{common(`content.${type}`)}</dt>
            <dd>{t("made.byType", { ready, total: all.length })}</dd>
          </div>
        );
      })}
    </dl>
  );
}
