import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { logsQuery } from "../../api/queries";
import type { Station } from "./flow";
import { LogLines } from "./LogLines";

const STEPS: Record<Station, string[]> = {
  understand: ["intent_analysis"],
  design: ["curriculum_design"],
  check: ["structure_validation", "validation_edit_plan_analysis", "roadmap_edit"],
  decide: ["edit_plan_analysis"],
  write: ["tutorial_generation", "resource_recommendation", "quiz_generation"],
};

/** The newest log lines of a station's steps. */
export function StepLog({ taskId, station }: { taskId: string; station: Station }) {
  const { t } = useTranslation("task");
  const logs = useQueries({
    queries: STEPS[station].map((step) => logsQuery(taskId, { step, level: "", limit: 20, offset: 0 })),
  });
  const lines = logs
    .flatMap((one) => one.data?.logs ?? [])
    .sort((one, other) => other.created_at.localeCompare(one.created_at));
  if (lines.length === 0) return null;
  return (
    <details>
      <summary className="min-h-6 rounded font-medium">{t("made.log")}</summary>
      <div className="mt-2">
        <LogLines lines={lines} />
      </div>
    </details>
  );
}
