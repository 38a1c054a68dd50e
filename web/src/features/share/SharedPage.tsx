import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { fetched } from "../../app/code";
import { Page, usePageTitle } from "../../app/Page";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useMedia } from "../../ui/useMedia";
import { Picture } from "../covers/RoadmapCover";
import { inOrder } from "../map/order";
import { Mine } from "./Mine";
import { SharedOutline } from "./SharedOutline";
import { type SharedRoadmap, sharedQuery } from "./server";
import "../learn/learn.css";
import "../map/map.css";

const TrailMap = lazy(() => fetched(() => import("../map/TrailMap")));
const NOTHING_LEARNED = {};
const WIDE = "(min-width: 64rem)";

/** A roadmap that somebody shared: to read, and to copy. */
export function SharedPage() {
  const { t } = useTranslation("share");
  const { token } = useParams({ from: "/shared/$token" });
  const shared = useQuery(sharedQuery(token));
  if (shared.data) return <Drawn roadmap={shared.data} />;
  return (
    <Page title={t("pageTitle")}>
      {shared.isPending ? <Bars lines={6} /> : null}
      {shared.isError ? <Problem error={shared.error} onRetry={() => void shared.refetch()} /> : null}
    </Page>
  );
}

function Drawn({ roadmap }: { roadmap: SharedRoadmap }) {
  const { t } = useTranslation(["share", "common"]);
  const heading = usePageTitle(roadmap.title);
  const wide = useMedia(WIDE);
  const [selected, setSelected] = useState<string | null>(null);
  const { framework } = roadmap;
  const concepts = inOrder(framework);
  const overview = [
    t("common:concepts", { count: concepts.length }),
    t("common:hours", { count: framework.total_estimated_hours ?? 0 }),
  ];
  return (
    <div className="roadmap">
      <div className="roadmap-list">
        <div className="relative mb-6 aspect-video overflow-hidden rounded-lg bg-moss-wash">
          <Picture cover={roadmap.cover} sizes="(min-width: 64rem) 28rem, 100vw" />
        </div>
        <header className="mb-8 space-y-4">
          <p className="font-medium text-lake">{t("pageTitle")}</p>
          <h1 ref={heading} tabIndex={-1} className="font-serif text-2xl tracking-tight">
            {roadmap.title}
          </h1>
          <p className="text-soft">{overview.join(" · ")}</p>
          <Mine roadmap={roadmap} />
          <p className="max-w-prose text-soft text-xs">{t("readOnly")}</p>
        </header>
        <SharedOutline roadmap={roadmap} selected={selected} />
      </div>
      {wide ? (
        <div className="roadmap-map">
          <Suspense fallback={<div className="h-full bg-line/30" />}>
            <TrailMap
              framework={framework}
              learned={NOTHING_LEARNED}
              selected={selected}
              next={concepts[0]?.concept_id}
              onSelect={setSelected}
            />
          </Suspense>
        </div>
      ) : null}
    </div>
  );
}
