import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isAtWork, type TaskSummary } from "../../api/types";
import { useToldOf } from "../../events/live";
import { useFormat } from "../../ui/format";
import { StatusMark } from "../../ui/StatusMark";
import { overallPercentage } from "../task/share";
import { TellMe } from "../task/TellMe";

/** What is being made, those that wait for the person first. */
export function Waiting({ tasks }: { tasks: TaskSummary[] }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  useToldOf(tasks);
  if (tasks.length === 0) return null;
  const sorted = tasks.toSorted((one, other) => Number(waitsForMe(other)) - Number(waitsForMe(one)));
  return (
    <section aria-labelledby="waiting" className="mb-8">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-x-6">
        <h2 id="waiting" className="text-base">
          {t("waiting")}
        </h2>
        {tasks.some((task) => isAtWork(task.status)) ? <TellMe className="px-3" /> : null}
      </div>
      <ul className="divide-y divide-line rounded-lg border border-line bg-sheet">
        {sorted.map((task) => (
          <li key={task.task_id}>
            <Link
              to="/tasks/$taskId"
              params={{ taskId: task.task_id }}
              className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-moss-wash"
            >
              <span className="min-w-0 flex-1 basis-52 truncate font-medium">{task.title}</span>
              <span className="tabular-nums text-soft">{format.percent(overallPercentage(task))}</span>
              <StatusMark status={task.status} word />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function waitsForMe(task: TaskSummary): boolean {
  return task.status === "human_review_pending";
}
