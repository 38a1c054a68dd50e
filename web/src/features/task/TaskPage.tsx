import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { roadmapQuery } from "../../api/queries";
import { isAtWork, type Task } from "../../api/types";
import { fetched } from "../../app/code";
import { Page } from "../../app/Page";
import type { TaskEvent } from "../../events/event";
import { useTask } from "../../events/live";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { Flow } from "./Flow";
import { Happened } from "./Happened";
import { Questions } from "./Questions";
import { Sentence } from "./Sentence";
import { TaskHead } from "./TaskHead";
import { TellMe } from "./TellMe";
import { Preview } from "./Tree";

const Plan = lazy(() => fetched(() => import("../review/Plan")).then(({ Plan }) => ({ default: Plan })));

export function TaskPage() {
  const { t } = useTranslation("task");
  const { taskId } = useParams({ from: "/tasks/$taskId" });
  const { task, log, link } = useTask(taskId);
  if (task.data) return <TaskView task={task.data} events={log.events} lost={link === "waiting"} />;
  return (
    <Page title={t("title")} wide>
      {task.error ? <Problem error={task.error} onRetry={() => void task.refetch()} /> : <Bars lines={8} />}
    </Page>
  );
}

function TaskView({ task, events, lost }: { task: Task; events: readonly TaskEvent[]; lost: boolean }) {
  const { t } = useTranslation("task");
  const roadmap = useQuery(roadmapQuery(task.roadmap_id));
  const plan = roadmap.data?.framework ?? null;
  const questions = task.status === "human_review_pending" ? (task.data?.questions ?? []) : [];
  return (
    <div className="mx-auto w-full max-w-7xl px-4 py-6 sm:px-6 sm:py-8">
      <TaskHead task={task} hasPlan={plan !== null} />
      {lost ? (
        <p role="status" className="mb-4 rounded-lg bg-ochre-wash px-4 py-2 text-ochre">
          {t("link.waiting")}
        </p>
      ) : null}
      {task.task_type === "creation" ? <Flow task={task} events={events} /> : null}
      <div className="mt-5 mb-8">
        <Sentence task={task} events={events} />
        {isAtWork(task.status) ? <TellMe className="mt-2" /> : null}
      </div>
      <div className="grid items-start gap-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          {questions.length > 0 ? (
            <Questions taskId={task.task_id} roadmapId={task.roadmap_id} questions={questions} />
          ) : null}
          {plan && roadmap.data ? (
            <Suspense fallback={<Bars lines={8} />}>
              <Plan task={task} roadmap={roadmap.data} framework={plan} />
            </Suspense>
          ) : null}
          {!plan && questions.length === 0 ? <Preview task={task} /> : null}
        </div>
        <Happened taskId={task.task_id} events={events} />
      </div>
    </div>
  );
}
