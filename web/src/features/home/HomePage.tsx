import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { PAGE, roadmapsQuery } from "../../api/queries";
import type { RoadmapSummary } from "../../api/types";
import { Page } from "../../app/Page";
import { type ListPlace, listPlace } from "../../app/place";
import { buttonLook } from "../../ui/Button";
import { Pages } from "../../ui/Pages";
import { Problem } from "../../ui/Problem";
import { offsetAfter } from "../../ui/paging";
import { ModelGate } from "../firstrun/ModelGate";
import { Featured } from "../share/Featured";
import { FirstGoal } from "./FirstGoal";
import { Gone } from "./Gone";
import { GoOn } from "./GoOn";
import { Reach } from "./Reach";
import { RoadmapCard } from "./RoadmapCard";
import { useActive, useEndedEarly, useMissingCovers } from "./useHome";
import { Waiting, waitsForMe } from "./Waiting";

export function HomePage() {
  const { t } = useTranslation("home");
  const { t: common } = useTranslation();
  const { q = "", page = 1 } = useSearch({ from: "/" });
  const navigate = useNavigate();
  const [words, setWords] = useState(q);
  const offset = (page - 1) * PAGE;
  const show = (search: ListPlace) => void navigate({ to: "/", search, replace: true, resetScroll: false });
  const move = (to: number) => show(listPlace({ q: words, page: to / PAGE + 1 }));
  const [gone, setGone] = useState<RoadmapSummary>();
  const sought = useDeferredValue(words.trim());
  const list = useQuery({ ...roadmapsQuery(offset, sought), refetchOnMount: "always" });
  const active = useActive();
  const roadmaps = list.data?.roadmaps ?? [];
  useMissingCovers(roadmaps);
  const ended = useEndedEarly(roadmaps.some((one) => !one.progress));
  const total = list.data?.total ?? 0;
  const within = list.data && !list.isPlaceholderData ? offsetAfter(offset, PAGE, total) : offset;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a list that has become shorter moves the page
  useEffect(() => {
    if (within !== offset) move(within);
  }, [within, offset]);
  const taskOf = new Map([...ended, ...active].map((task) => [task.roadmap_id, task.task_id]));

  if (list.data?.total === 0 && sought === "" && offset === 0) return <FirstGoal />;
  const current = offset === 0 && sought === "" ? stoppedAt(roadmaps) : undefined;
  return (
    <Page
      title={t("title")}
      status={active.find(waitsForMe)?.status}
      actions={
        <Link to="/new" className={buttonLook("primary")}>
          {common("nav.new")}
        </Link>
      }
    >
      <ModelGate />
      <Gone roadmap={gone} onBack={() => setGone(undefined)} />
      {current ? <GoOn roadmap={current} /> : null}
      <Waiting tasks={active} />
      {list.data && (list.data.total > 6 || sought) ? (
        <input
          type="search"
          aria-label={t("search")}
          placeholder={t("search")}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            show(listPlace({ q: event.target.value }));
          }}
          className="mb-5 min-h-11 w-full rounded-lg border border-edge bg-sheet px-3 placeholder:text-soft sm:max-w-sm"
        />
      ) : null}
      {list.isPending ? <CardShapes /> : null}
      {list.error && !list.data ? <Problem error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && roadmaps.length === 0 ? (
        <p role="status" className="py-8 text-soft">
          {t("searchNone")}
        </p>
      ) : null}
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {roadmaps.map((roadmap) => (
          <RoadmapCard
            key={roadmap.roadmap_id}
            roadmap={roadmap}
            taskId={taskOf.get(roadmap.roadmap_id)}
            onRemoved={setGone}
          />
        ))}
      </ul>
      <Pages offset={offset} limit={PAGE} total={total} onMove={move} />
      <Featured className="mt-12" />
      <Reach />
    </Page>
  );
}

/** Where the learner stopped: the newest begun roadmap with something left to read, else the newest with any. */
function stoppedAt(roadmaps: RoadmapSummary[]): RoadmapSummary | undefined {
  const readable = roadmaps.filter((one) => one.next);
  return readable.find((one) => one.learned.completed > 0) ?? readable[0];
}

function CardShapes() {
  const { t } = useTranslation();
  return (
    <div role="status" className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      <span className="sr-only">{t("loading")}</span>
      {[1, 2, 3].map((card) => (
        <div key={card} className="h-72 rounded-lg border border-line bg-sheet">
          <div className="aspect-video rounded-t-lg bg-line/60" />
          <div className="mx-4 mt-4 h-5 w-2/3 rounded bg-line" />
        </div>
      ))}
    </div>
  );
}
