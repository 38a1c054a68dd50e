import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskSummary } from "../../api/types";
import { useNow } from "../../ui/clock";
import { useFormat } from "../../ui/format";
import { Menu } from "../../ui/Menu";
import { StatusMark } from "../../ui/StatusMark";
import { useWords } from "../../ui/words";
import { Asking } from "../task/Asking";
import { overallPercentage } from "../task/share";
import { type Click, clicksFor, useActions } from "../task/useActions";

/** A table where there is room, a list of the same rows where there is none. */
export function TaskTable({
  tasks,
  selected,
  onSelect,
}: {
  tasks: TaskSummary[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}) {
  const { t } = useTranslation("task");
  const all = tasks.every((task) => selected.has(task.task_id));
  const costs = tasks.some((task) => task.cost_usd);
  const head = "px-3 py-2 text-start font-medium text-soft text-xs max-md:hidden";
  return (
    <div className="rounded-lg border border-line bg-sheet">
      <table className="w-full max-md:block">
        <caption className="sr-only">{t("list.caption")}</caption>
        <thead className="max-md:block">
          <tr className="border-line border-b max-md:block">
            <th scope="col" className="w-10 px-3 py-2 text-start max-md:block max-md:w-auto">
              <label className="flex items-center gap-3 font-normal text-soft">
                <input
                  type="checkbox"
                  checked={all}
                  onChange={() => onSelect(new Set(all ? [] : tasks.map((task) => task.task_id)))}
                  className="size-5 accent-moss"
                />
                <span className="md:sr-only">{t("list.selectAll")}</span>
              </label>
            </th>
            <th scope="col" className={head}>
              {t("list.task")}
            </th>
            <th scope="col" className={head}>
              {t("list.status")}
            </th>
            <th scope="col" className={head}>
              {t("list.progress")}
            </th>
            <th scope="col" className={head}>
              {t("list.age")}
            </th>
            {costs ? (
              <th scope="col" className={`${head} max-lg:hidden`}>
                {t("list.cost")}
              </th>
            ) : null}
            <th scope="col" className={head}>
              <span className="sr-only">{t("list.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line max-md:block">
          {tasks.map((task) => (
            <Row
              key={task.task_id}
              task={task}
              costs={costs}
              selected={selected.has(task.task_id)}
              onSelect={(on) => {
                const next = new Set(selected);
                if (on) next.add(task.task_id);
                else next.delete(task.task_id);
                onSelect(next);
              }}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  task,
  costs,
  selected,
  onSelect,
}: {
  task: TaskSummary;
  /** One of the rows has cost something. */
  costs: boolean;
  selected: boolean;
  onSelect: (on: boolean) => void;
}) {
  const { t } = useTranslation("task");
  const format = useFormat();
  const now = useNow();
  return (
    <tr className="max-md:grid max-md:grid-cols-[auto_1fr_auto] max-md:items-start max-md:py-2">
      <td className="px-3 py-3 align-top max-md:row-span-2 max-md:py-1">
        <input
          type="checkbox"
          aria-label={t("list.select", { title: task.title })}
          checked={selected}
          onChange={(event) => onSelect(event.target.checked)}
          className="size-5 accent-moss"
        />
      </td>
      <td className="px-3 py-3 align-top max-md:px-1 max-md:py-1">
        <Link
          to="/tasks/$taskId"
          params={{ taskId: task.task_id }}
          className="font-medium [overflow-wrap:anywhere] hover:underline"
        >
          {task.title}
        </Link>
        {task.task_type === "creation" ? null : (
          <span className="block text-soft text-xs">{t(`type.${task.task_type}`)}</span>
        )}
      </td>
      <td className="whitespace-nowrap px-3 py-3 align-top max-md:col-start-2 max-md:row-start-2 max-md:px-1 max-md:py-0.5">
        <StatusMark status={task.status} word />
        {task.status === "processing" ? (
          <span className="block text-soft text-xs">{t(`step.${task.current_step}`)}</span>
        ) : null}
      </td>
      <td className="px-3 py-3 align-top tabular-nums max-md:hidden">
        {format.percent(overallPercentage(task))}
      </td>
      <td className="whitespace-nowrap px-3 py-3 align-top text-soft max-md:col-start-2 max-md:px-1 max-md:py-0.5 max-md:text-xs">
        <time dateTime={task.created_at} title={format.moment(task.created_at)}>
          {format.ago(task.created_at, now)}
        </time>
      </td>
      {costs ? (
        <td className="whitespace-nowrap px-3 py-3 align-top tabular-nums max-lg:hidden">
          {task.cost_usd ? format.money(task.cost_usd) : null}
        </td>
      ) : null}
      <td className="px-2 py-2 text-end align-top max-md:col-start-3 max-md:row-start-1 max-md:py-0">
        <RowMenu task={task} />
      </td>
    </tr>
  );
}

function RowMenu({ task }: { task: TaskSummary }) {
  const { t } = useTranslation("task");
  const words = useWords();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Click | null>(null);
  const actions = useActions(task.task_id, task.roadmap_id);
  const budget = task.error?.code === "budget_exceeded";
  function clicked(click: Click) {
    if (click === "hide") actions.hide.mutate();
    else if (click === "resume" && !budget) actions.resume.mutate(null);
    else setAsked(click);
  }
  const items = [
    ...clicksFor(task).map((click) => ({
      label: click === "hide" ? t("remove") : t(click),
      onSelect: () => clicked(click),
      danger: click === "stop",
    })),
    {
      label: t("openRoadmap"),
      onSelect: () => void navigate({ to: "/roadmap/$roadmapId", params: { roadmapId: task.roadmap_id } }),
    },
  ];
  const refused = asked ? null : (actions.resume.error ?? actions.hide.error);
  return (
    <>
      <Menu label={t("list.menu", { title: task.title })} items={items} />
      {refused ? (
        <p role="alert" className="max-w-48 text-rust text-xs">
          {words.refusal(refused)}
        </p>
      ) : null}
      {asked ? <Asking click={asked} task={task} actions={actions} onClose={() => setAsked(null)} /> : null}
    </>
  );
}
