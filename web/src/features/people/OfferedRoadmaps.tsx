import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { useFormat } from "../../ui/format";
import { Pages } from "../../ui/Pages";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { Block } from "./Block";
import { feature, type Offered, offeredQuery, PAGE, useAct } from "./server";

/** What owners would let everybody see; an admin says whether it is shown on the first page. */
export function OfferedRoadmaps() {
  const { t } = useTranslation("people");
  const words = useWords();
  const [offset, setOffset] = useState(0);
  const offered = useQuery(offeredQuery(offset));
  const act = useAct(feature);
  const all = offered.data?.shares ?? [];
  return (
    <Block title={t("offered.title")} note={t("offered.note")}>
      {offered.isPending ? <Bars lines={2} /> : null}
      {offered.isError ? <Problem error={offered.error} onRetry={() => void offered.refetch()} /> : null}
      {offered.data && all.length === 0 ? <p className="text-soft">{t("offered.none")}</p> : null}
      <ul className="divide-y divide-line rounded-lg border border-line bg-sheet empty:hidden">
        {all.map((one) => (
          <Row
            key={one.roadmap_id}
            one={one}
            busy={act.isPending && act.variables.roadmapId === one.roadmap_id}
            onChange={(featured) => act.mutate({ roadmapId: one.roadmap_id, featured })}
          />
        ))}
      </ul>
      <Said error={act.isError ? words.refusal(act.error) : undefined} />
      <Pages offset={offset} limit={PAGE} total={offered.data?.total ?? 0} onMove={setOffset} />
    </Block>
  );
}

function Row({
  one,
  busy,
  onChange,
}: {
  one: Offered;
  busy: boolean;
  onChange: (featured: boolean) => void;
}) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const { title, token, featured } = one;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <Link to="/shared/$token" params={{ token }} className="prose-link [overflow-wrap:anywhere]">
          {title}
        </Link>
        <p className="text-soft text-xs">
          {[
            one.offered_at && t("offered.since", { date: format.day(one.offered_at) }),
            featured && t("offered.shown"),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
      <Button
        small
        busy={busy}
        aria-label={t(featured ? "offered.hideOf" : "offered.showOf", { title })}
        onClick={() => onChange(!featured)}
      >
        {t(featured ? "offered.hide" : "offered.show")}
      </Button>
    </li>
  );
}
