import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isTerminal, type Task } from "../../api/types";
import { usePageTitle, useTitleMark } from "../../app/Page";
import { Button, buttonLook } from "../../ui/Button";
import { useNow } from "../../ui/clock";
import { useFormat } from "../../ui/format";
import { StatusMark } from "../../ui/StatusMark";
import { useKeptFocus } from "../../ui/useKeptFocus";
import { useWords } from "../../ui/words";
import { Asking } from "./Asking";
import { type Click, clicksFor, useActions } from "./useActions";

/** Title, how long, how much, and the buttons that make sense now. */
export function TaskHead({ task, hasPlan }: { task: Task; hasPlan: boolean }) {
  const { t } = useTranslation("task");
  const format = useFormat();
  const now = useNow();
  const heading = usePageTitle(task.title, useTitleMark(task.status));
  const ended = isTerminal(task.status);
  const when = ended && task.finished_at ? task.finished_at : task.created_at;
  const money = format.money(task.usage.cost_usd);
  return (
    <div className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 ref={heading} tabIndex={-1} className="text-2xl tracking-tight">
          {task.title}
        </h1>
        <p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-soft">
          <StatusMark status={task.status} word />
          {task.task_type === "creation" ? null : <span>{t(`type.${task.task_type}`)}</span>}
          <time dateTime={when} title={format.moment(when)}>
            {t(ended ? "ended" : "since", { ago: format.ago(when, now) })}
          </time>
          {task.usage.cost_usd > 0 ? <span>{t(ended ? "costEnd" : "cost", { money })}</span> : null}
          <span>{t("calls", { count: task.usage.llm_calls })}</span>
        </p>
      </div>
      <TaskButtons task={task} hasPlan={hasPlan} />
    </div>
  );
}

function TaskButtons({ task, hasPlan }: { task: Task; hasPlan: boolean }) {
  const { t } = useTranslation("task");
  const words = useWords();
  const [asked, setAsked] = useState<Click | null>(null);
  const box = useKeptFocus<HTMLDivElement>();
  const actions = useActions(task.task_id, task.roadmap_id);
  const clicks = clicksFor(task).filter((click) => click !== "hide");
  const budget = task.error?.code === "budget_exceeded";
  function clicked(click: Click) {
    if (click === "resume" && !budget) actions.resume.mutate(null);
    else setAsked(click);
  }
  const refused = asked ? null : (actions.resume.error ?? actions.refresh.error);
  return (
    <div ref={box} tabIndex={-1} className="flex flex-wrap gap-2 rounded-lg outline-offset-4">
      {hasPlan ? (
        <Link
          to="/roadmap/$roadmapId"
          params={{ roadmapId: task.roadmap_id }}
          className={buttonLook(task.status === "completed" ? "primary" : "plain")}
        >
          {t("openRoadmap")}
        </Link>
      ) : null}
      {clicks.map((click) => (
        <Button
          key={click}
          look={click === "resume" || click === "retry" ? "primary" : "plain"}
          busy={actions[click].isPending}
          onClick={() => clicked(click)}
        >
          {click === "retry" && !task.progress ? t("retryFrom") : t(click)}
        </Button>
      ))}
      <Button look="quiet" busy={actions.refresh.isPending} onClick={() => actions.refresh.mutate()}>
        {t("refresh")}
      </Button>
      {refused ? (
        <p role="alert" className="basis-full text-rust">
          {words.refusal(refused)}
        </p>
      ) : null}
      {asked ? <Asking click={asked} task={task} actions={actions} onClose={() => setAsked(null)} /> : null}
    </div>
  );
}
