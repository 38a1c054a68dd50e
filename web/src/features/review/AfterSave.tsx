import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema";
import { Button } from "../../ui/Button";
import { useSaid } from "../../ui/said";
import { useWords } from "../../ui/words";
import { useWriteMissing } from "./useSave";

/** What the server says of a saved edit: warnings one may leave, and parts that are not written. */
export function AfterSave({
  saved,
  roadmapId,
}: {
  saved: components["schemas"]["FrameworkSaved"];
  roadmapId: string;
}) {
  const { t } = useTranslation("review");
  const words = useWords();
  const said = useSaid();
  const navigate = useNavigate();
  const write = useWriteMissing(roadmapId);
  return (
    <div role="status" className="mb-4 rounded-lg bg-moss-wash px-4 py-3">
      <p className="font-medium text-moss">{t("saved", { version: saved.version })}</p>
      {saved.warnings.length > 0 ? (
        <details className="mt-1">
          <summary className="min-h-6">{t("warnings")}</summary>
          <ul className="mt-1 list-disc ps-5">
            {saved.warnings.map((warning) => (
              <li key={`${warning.check} ${warning.where} ${warning.message}`}>
                {said.finding({ ...warning, said: warning.said ?? null })}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {saved.missing > 0 && !write.data ? (
        <p className="mt-2 flex flex-wrap items-center gap-3">
          {t("missing", { count: saved.missing })}
          <Button
            small
            busy={write.isPending}
            onClick={() =>
              write.mutate(undefined, {
                onSuccess: (task) =>
                  void navigate({ to: "/tasks/$taskId", params: { taskId: task.task_id } }),
              })
            }
          >
            {t("writeMissing")}
          </Button>
        </p>
      ) : null}
      {write.error ? <p className="mt-1 text-rust">{words.refusal(write.error)}</p> : null}
    </div>
  );
}
