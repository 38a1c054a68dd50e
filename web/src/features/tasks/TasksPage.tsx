import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { tasksQuery } from "../../api/queries";
import { isAtWork, isTerminal } from "../../api/types";
import { Page } from "../../app/Page";
import { tasksPlace } from "../../app/place";
import { useToldOf } from "../../events/live";
import { buttonLook } from "../../ui/Button";
import { Pages } from "../../ui/Pages";
import { Problem } from "../../ui/Problem";
import { offsetAfter } from "../../ui/paging";
import { Bars } from "../../ui/Shapes";
import { useKeptFocus } from "../../ui/useKeptFocus";
import { TellMe } from "../task/TellMe";
import { Filters } from "./Filters";
import { Selection } from "./Selection";
import { TaskTable } from "./TaskTable";

const PAGE = 25;

export function TasksPage() {
  const { t } = useTranslation("task");
  const { t: common } = useTranslation();
  const { q = "", page = 1, status = null } = useSearch({ from: "/tasks" });
  const navigate = useNavigate();
  const [words, setWords] = useState(q);
  const offset = (page - 1) * PAGE;
  const show = (place: Record<string, unknown>) =>
    void navigate({ to: "/tasks", search: tasksPlace(place), replace: true, resetScroll: false });
  const move = (to: number) => show({ q: words, status, page: to / PAGE + 1 });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const list = useQuery({
    ...tasksQuery({ status: status ? [status] : [], words: words.trim(), offset, limit: PAGE }),
    refetchOnMount: "always",
    refetchInterval: (query) =>
      query.state.data?.tasks.some((task) => !isTerminal(task.status)) ? 4000 : false,
  });
  const tasks = list.data?.tasks ?? [];
  const total = list.data?.total ?? 0;
  const within = list.data && !list.isPlaceholderData ? offsetAfter(offset, PAGE, total) : offset;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a list that has become shorter moves the page
  useEffect(() => {
    if (within !== offset) move(within);
  }, [within, offset]);
  const box = useKeptFocus<HTMLDivElement>();
  useToldOf(tasks);
  const never = list.data && Object.values(list.data.status_counts).every((count) => count === 0);

  if (never && !words) {
    return (
      <Page title={t("listTitle")}>
        <p className="mb-5 text-soft">{t("list.empty")}</p>
        <Link to="/new" className={buttonLook("primary")}>
          {common("nav.new")}
        </Link>
      </Page>
    );
  }
  return (
    <Page
      title={t("listTitle")}
      wide
      status={list.data?.status_counts.human_review_pending ? "human_review_pending" : undefined}
    >
      <Filters
        counts={list.data?.status_counts}
        status={status}
        words={words}
        onStatus={(next) => show({ q: words, status: next })}
        onWords={(next) => {
          setWords(next);
          show({ q: next, status });
        }}
      />
      <Selection
        selected={[...selected].filter((id) => tasks.some((task) => task.task_id === id))}
        onDone={() => setSelected(new Set())}
      />
      {list.isPending ? <Bars lines={8} /> : null}
      {list.error && !list.data ? <Problem error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && tasks.length === 0 ? (
        <p role="status" className="py-8 text-soft">
          {t("list.none")}
        </p>
      ) : null}
      {tasks.some((task) => isAtWork(task.status)) ? <TellMe className="mb-3" /> : null}
      <div ref={box} tabIndex={-1} className="rounded-lg outline-offset-4">
        {tasks.length > 0 ? <TaskTable tasks={tasks} selected={selected} onSelect={setSelected} /> : null}
      </div>
      <Pages offset={offset} limit={PAGE} total={total} onMove={move} />
    </Page>
  );
}
