import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { diffQuery, historyQuery } from "../../api/queries";
import type { Framework } from "../../api/types";
import type en from "../../locales/en/review.json";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { useFormat } from "../../ui/format";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { type Told, toldChanges } from "./diff";

/** All versions of the plan, newest first; each opens what changed in it, in words. */
export function Versions({
  roadmapId,
  framework,
  onClose,
}: {
  roadmapId: string;
  framework: Framework;
  onClose: () => void;
}) {
  const { t } = useTranslation("review");
  const { t: common } = useTranslation();
  const format = useFormat();
  const history = useQuery(historyQuery(roadmapId));
  const versions = history.data?.versions ?? [];
  const [open, setOpen] = useState<number | null>(null);
  const shown = open ?? versions[0]?.version;
  return (
    <Dialog title={t("history")} onClose={onClose} wide>
      {history.isPending ? <Bars /> : null}
      {history.error ? <Problem error={history.error} onRetry={() => void history.refetch()} /> : null}
      <ol className="divide-y divide-line">
        {versions.map((one) => (
          <li key={one.version} className="py-3">
            <button
              type="button"
              aria-expanded={shown === one.version}
              onClick={() => setOpen(one.version)}
              className="flex min-h-9 w-full flex-wrap items-baseline gap-x-3 rounded text-start"
            >
              <span className="font-semibold">{t("version", { version: one.version })}</span>
              <span className="text-soft">{t(one.author === "user" ? "byYou" : "byAgent")}</span>
              <time dateTime={one.created_at} className="ms-auto text-soft text-xs">
                {format.moment(one.created_at)}
              </time>
            </button>
            {shown === one.version ? (
              <Changes roadmapId={roadmapId} version={one.version} framework={framework} />
            ) : null}
          </li>
        ))}
      </ol>
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>{common("action.close")}</Button>
      </div>
    </Dialog>
  );
}

function Changes({
  roadmapId,
  version,
  framework,
}: {
  roadmapId: string;
  version: number;
  framework: Framework;
}) {
  const { t } = useTranslation("review");
  const diff = useQuery({ ...diffQuery(roadmapId, version), enabled: version > 1 });
  if (version === 1) return <p className="mt-1 text-soft">{t("first")}</p>;
  if (diff.isPending) return <Bars lines={2} className="mt-2" />;
  if (diff.error) return <Problem error={diff.error} onRetry={() => void diff.refetch()} />;
  const changes = toldChanges(diff.data.changes, namesIn(framework));
  if (changes.length === 0) return <p className="mt-1 text-soft">{t("nothing")}</p>;
  return (
    <ul className="mt-2 space-y-2">
      {changes.map((change) => (
        <Change key={JSON.stringify(change)} change={change} />
      ))}
    </ul>
  );
}

const INK: Record<Told["kind"], string> = {
  added: "text-moss",
  removed: "text-rust",
  moved: "text-lake",
  renamed: "text-ochre",
  changed: "text-ochre",
};

type Field = keyof typeof en.field;

function isField(word: string): word is Field {
  return i18next.exists(`field.${word}`, { ns: "review" });
}

function Change({ change }: { change: Told }) {
  const { t } = useTranslation("review");
  const field = change.field ?? "";
  return (
    <li className="grid grid-cols-[5.5rem_1fr] gap-x-3">
      <span className={`font-medium ${INK[change.kind]}`}>{t(`change.${change.kind}`)}</span>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p>
          <span className="text-soft">{t(`node.${change.node}`)}</span> {change.name}
        </p>
        {change.field ? (
          <dl className="mt-0.5 text-xs">
            {change.kind === "changed" ? (
              <dt className="text-soft">{t(`field.${isField(field) ? field : "other"}`)}</dt>
            ) : null}
            <dd>
              {change.before ? <del className="me-2 text-rust decoration-1">{change.before}</del> : null}
              <ins className="text-moss no-underline">{change.after}</ins>
            </dd>
          </dl>
        ) : null}
      </div>
    </li>
  );
}

function namesIn(framework: Framework): Map<string, string> {
  const names = new Map<string, string>();
  for (const stage of framework.stages) {
    names.set(stage.stage_id, stage.name);
    for (const module of stage.modules) {
      names.set(module.module_id, module.name);
      for (const concept of module.concepts) names.set(concept.concept_id, concept.name);
    }
  }
  return names;
}
