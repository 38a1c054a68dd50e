import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type messages from "../../locales/en/people.json";
import { useFormat } from "../../ui/format";
import { Pages } from "../../ui/Pages";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { Block } from "./Block";
import { auditQuery, type Entry, PAGE } from "./server";

type Known = keyof typeof messages.action;

/** Who did what, when, from where; newest first. */
export function Audit() {
  const { t } = useTranslation("people");
  const [offset, setOffset] = useState(0);
  const audit = useQuery(auditQuery(offset));
  return (
    <Block title={t("audit.title")}>
      {audit.isPending ? <Bars lines={4} /> : null}
      {audit.isError ? <Problem error={audit.error} onRetry={() => void audit.refetch()} /> : null}
      {audit.data?.total === 0 ? <p className="text-soft">{t("audit.none")}</p> : null}
      <ol className="divide-y divide-line rounded-lg border border-line bg-sheet empty:hidden">
        {(audit.data?.entries ?? []).map((entry) => (
          <Line key={`${entry.at} ${entry.action} ${entry.subject}`} entry={entry} />
        ))}
      </ol>
      <Pages offset={offset} limit={PAGE} total={audit.data?.total ?? 0} onMove={setOffset} />
    </Block>
  );
}

function Line({ entry }: { entry: Entry }) {
  const { t, i18n } = useTranslation("people");
  const format = useFormat();
  const isKnown = (action: string): action is Known => i18n.exists(`action.${action}`, { ns: "people" });
  return (
    <li className="grid gap-x-4 px-4 py-2.5 sm:grid-cols-[12rem_1fr]">
      <time dateTime={entry.at} className="text-soft text-xs leading-5 tabular-nums">
        {format.moment(entry.at)}
      </time>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p>{isKnown(entry.action) ? t(`action.${entry.action}`) : entry.action}</p>
        <p className="text-soft text-xs">
          {[entry.email ?? t("audit.nobody"), entry.subject, entry.address].filter(Boolean).join(" · ")}
        </p>
      </div>
    </li>
  );
}
