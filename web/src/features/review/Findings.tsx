import { useTranslation } from "react-i18next";
import { useLog } from "../../events/live";
import { useSaid } from "../../ui/said";
import { findingsIn } from "../task/produced";

/** What the check still found when the plan came to the person, who has the last word. */
export function Findings({ taskId }: { taskId: string }) {
  const { t } = useTranslation("review");
  const said = useSaid();
  const asked = useLog(taskId).events.findLast((event) => event.type === "human_review_required");
  const findings = findingsIn(asked?.data) ?? [];
  if (findings.length === 0) return null;
  return (
    <details className="mb-4 rounded-lg bg-ochre-wash px-4 py-3">
      <summary className="min-h-6 rounded font-medium text-ochre">
        {t("findings", { count: findings.length })}
      </summary>
      <ul className="mt-2 list-disc space-y-1 ps-5">
        {findings.map(said.finding).map((finding) => (
          <li key={finding}>{finding}</li>
        ))}
      </ul>
    </details>
  );
}
