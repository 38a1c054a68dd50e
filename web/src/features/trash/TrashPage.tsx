import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { PAGE, trashQuery } from "../../api/queries";
import type { RoadmapSummary } from "../../api/types";
import { Page } from "../../app/Page";
import { Said } from "../../ui/Dialog";
import { Pages } from "../../ui/Pages";
import { Problem } from "../../ui/Problem";
import { offsetAfter } from "../../ui/paging";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { ForGood } from "./ForGood";
import { TrashRow } from "./TrashRow";
import { useTrash } from "./useTrash";

interface Told {
  roadmap: RoadmapSummary;
  way: "restore" | "purge";
}

export function TrashPage() {
  const { t } = useTranslation(["trash", "common"]);
  const words = useWords();
  const [wanted, setWanted] = useState(0);
  const [told, setTold] = useState<Told>();
  const [asked, setAsked] = useState<RoadmapSummary>();
  const note = useRef<HTMLDivElement>(null);
  const trash = useQuery(trashQuery(wanted));
  const total = trash.data?.total ?? 0;
  const offset = offsetAfter(wanted, PAGE, total);
  if (trash.data && offset !== wanted) setWanted(offset);

  // The row goes, and the focus that was on its button goes to the line that says so.
  const act = useTrash((roadmap, way) => {
    setTold({ roadmap, way });
    setAsked(undefined);
    requestAnimationFrame(() => note.current?.focus());
  });
  const failed = act.isError ? words.refusal(act.error) : undefined;

  return (
    <Page title={t("common:nav.trash")}>
      <p className="mb-6 max-w-prose text-soft">{t("intro")}</p>
      <div ref={note} tabIndex={-1} role="status" className="rounded-lg outline-offset-4">
        {told ? <Done told={told} /> : null}
      </div>
      {asked ? null : <Said error={failed} />}
      {trash.isPending ? <Bars lines={6} /> : null}
      {trash.isError ? <Problem error={trash.error} onRetry={() => void trash.refetch()} /> : null}
      {trash.data && total === 0 ? <Empty /> : null}
      {trash.data && total > 0 ? (
        <>
          <ul aria-label={t("list")} className="rounded-lg border border-line bg-sheet">
            {trash.data.roadmaps.map((roadmap) => (
              <TrashRow
                key={roadmap.roadmap_id}
                roadmap={roadmap}
                busy={act.isPending && act.variables.roadmap.roadmap_id === roadmap.roadmap_id}
                onRestore={() => act.mutate({ roadmap, way: "restore" })}
                onForGood={() => {
                  act.reset();
                  setAsked(roadmap);
                }}
              />
            ))}
          </ul>
          <Pages offset={offset} limit={PAGE} total={total} onMove={setWanted} />
        </>
      ) : null}
      {asked ? (
        <ForGood
          roadmap={asked}
          busy={act.isPending}
          error={failed}
          onConfirm={() => act.mutate({ roadmap: asked, way: "purge" })}
          onClose={() => setAsked(undefined)}
        />
      ) : null}
    </Page>
  );
}

function Done({ told }: { told: Told }) {
  const { t } = useTranslation("trash");
  const { title, roadmap_id: roadmapId } = told.roadmap;
  return (
    <p className="mb-4 flex flex-wrap gap-x-3 rounded-lg bg-moss-wash px-4 py-3">
      <span className="min-w-0 break-words">
        {told.way === "restore" ? t("restored", { title }) : t("gone", { title })}
      </span>
      {told.way === "restore" ? (
        <Link to="/roadmap/$roadmapId" params={{ roadmapId }} className="prose-link">
          {t("openIt")}
        </Link>
      ) : null}
    </p>
  );
}

function Empty() {
  const { t } = useTranslation("trash");
  return (
    <div className="rounded-lg border border-line border-dashed px-6 py-12 text-center">
      <h2 className="mb-1 text-base">{t("empty")}</h2>
      <p className="mx-auto mb-4 max-w-prose text-soft">{t("emptyNote")}</p>
      <Link to="/" className="prose-link">
        {t("toRoadmaps")}
      </Link>
    </div>
  );
}
