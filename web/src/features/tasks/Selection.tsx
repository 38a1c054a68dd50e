import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "../../api/client";
import { keys } from "../../api/queries";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Dialog";
import { useWords } from "../../ui/words";

/** What can be done with the selected tasks, and what came of it. */
export function Selection({ selected, onDone }: { selected: string[]; onDone: () => void }) {
  const { t } = useTranslation("task");
  const words = useWords();
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  const stop = useMutation({
    mutationFn: (ids: string[]) => ask(api.POST("/api/v1/tasks/cancel-batch", { body: { task_ids: ids } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.tasks() }),
    onSuccess: () => {
      setAsked(false);
      onDone();
    },
  });
  const results = Object.values(stop.data?.results ?? {});
  const stopped = results.filter((one) => one.ok).length;
  const refused = results.length - stopped;
  return (
    <div role="status">
      {selected.length > 0 ? (
        <div className="mb-4 flex flex-wrap items-center gap-3 rounded-lg bg-moss-wash px-4 py-2">
          <span className="font-medium">{t("list.selected", { count: selected.length })}</span>
          <Button small look="danger" onClick={() => setAsked(true)}>
            {t("list.stopSelected")}
          </Button>
        </div>
      ) : null}
      {selected.length === 0 && results.length > 0 ? (
        <p className="mb-4 text-soft">
          {t("list.stopped", { count: stopped })}{" "}
          {refused > 0 ? t("list.notStopped", { count: refused }) : ""}
        </p>
      ) : null}
      {asked ? (
        <Confirm
          title={t("list.stopTitle", { count: selected.length })}
          text={t("list.stopText")}
          action={t("list.stopSelected")}
          look="danger"
          busy={stop.isPending}
          error={stop.error ? words.refusal(stop.error) : undefined}
          onConfirm={() => stop.mutate(selected)}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </div>
  );
}
