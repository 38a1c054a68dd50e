import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { logsQuery } from "../../api/queries";
import { Pages } from "../../ui/Pages";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { LogLines } from "./LogLines";

const LEVELS = ["info", "warning", "error"] as const;
const PLANNING = [
  "intent_analysis",
  "curriculum_design",
  "structure_validation",
  "validation_edit_plan_analysis",
  "edit_plan_analysis",
  "roadmap_edit",
] as const;
const WRITING = {
  tutorial_generation: "tutorial",
  resource_recommendation: "resources",
  quiz_generation: "quiz",
} as const;
const PAGE = 50;

/** The execution log as the server keeps it, by level and by step. */
export function FullLog({ taskId }: { taskId: string }) {
  const { t } = useTranslation("task");
  const [level, setLevel] = useState("");
  const [step, setStep] = useState("");
  const [offset, setOffset] = useState(0);
  const logs = useQuery(logsQuery(taskId, { step, level, limit: PAGE, offset }));
  const anew = (set: (value: string) => void) => (value: string) => {
    set(value);
    setOffset(0);
  };
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-x-4 gap-y-2">
        <Filter
          label={t("happened.level")}
          value={level}
          options={LEVELS.map((one) => [one, t(`happened.${one}`)])}
          onChange={anew(setLevel)}
        />
        <Filter label={t("happened.stepFilter")} value={step} options={useSteps()} onChange={anew(setStep)} />
      </div>
      {logs.isPending ? <Bars lines={5} /> : null}
      {logs.error && !logs.data ? <Problem error={logs.error} onRetry={() => void logs.refetch()} /> : null}
      {logs.data?.total === 0 ? <p className="text-soft">{t("happened.none")}</p> : null}
      <LogLines lines={logs.data?.logs ?? []} />
      <Pages offset={offset} limit={PAGE} total={logs.data?.total ?? 0} onMove={setOffset} />
    </>
  );
}

type Options = readonly (readonly [string, string])[];

function useSteps(): Options {
  const { t } = useTranslation(["task", "common"]);
  return [
    ...PLANNING.map((step) => [step, t(`step.${step}`)] as const),
    ...Object.entries(WRITING).map(([step, type]) => [step, t(`common:content.${type}`)] as const),
  ];
}

function Filter({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: Options;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation("task");
  return (
    <label className="flex items-center gap-2 text-xs">
      {label}
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="min-h-8 rounded-md border border-edge bg-sheet px-2"
      >
        <option value="">{t("happened.any")}</option>
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
