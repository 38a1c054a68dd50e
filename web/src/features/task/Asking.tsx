import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskSummary } from "../../api/types";
import { Button } from "../../ui/Button";
import { Confirm, Dialog, Said } from "../../ui/Dialog";
import { NumberField } from "../../ui/Field";
import { useFormat } from "../../ui/format";
import { useWords } from "../../ui/words";
import type { Actions, Click } from "./useActions";

/** The question before a click counts: what happens, and what is kept. */
export function Asking({
  click,
  task,
  actions,
  onClose,
}: {
  click: Click;
  task: TaskSummary;
  actions: Actions;
  onClose: () => void;
}) {
  const { t } = useTranslation("task");
  const words = useWords();
  const action = actions[click];
  const error = action.error ? words.refusal(action.error) : undefined;
  const done = task.progress?.completed ?? 0;
  const total = task.progress?.total ?? 0;
  switch (click) {
    case "pause":
      return <Pausing actions={actions} error={error} onClose={onClose} />;
    case "resume":
      return <Resuming actions={actions} error={error} cost={task.cost_usd} onClose={onClose} />;
    case "stop":
      return (
        <Confirm
          title={t("stopTitle")}
          text={task.progress ? t("stopText", { count: done }) : t("stopTextPlan")}
          action={t("stopAction")}
          look="danger"
          busy={actions.stop.isPending}
          error={error}
          onConfirm={() => actions.stop.mutate(undefined, { onSuccess: onClose })}
          onClose={onClose}
        />
      );
    case "retry":
      return (
        <Confirm
          title={t("retryTitle")}
          text={task.progress ? t("retryText", { count: total - done, total }) : t("retryTextPlan")}
          action={task.progress ? t("retry") : t("retryFrom")}
          busy={actions.retry.isPending}
          error={error}
          onConfirm={() => actions.retry.mutate(undefined, { onSuccess: onClose })}
          onClose={onClose}
        />
      );
    case "hide":
      return null;
    default:
      return click satisfies never;
  }
}

function Pausing({
  actions,
  error,
  onClose,
}: {
  actions: Actions;
  error: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation("task");
  const pause = (now: boolean) => actions.pause.mutate(now, { onSuccess: onClose });
  return (
    <Dialog title={t("pauseTitle")} onClose={onClose}>
      <p className="mb-6 text-soft">{t("pauseText")}</p>
      <Said error={error} />
      <div className="flex flex-col gap-2">
        <Button look="primary" busy={actions.pause.isPending} onClick={() => pause(false)}>
          {t("pauseAction")}
        </Button>
        <Button busy={actions.pause.isPending} onClick={() => pause(true)}>
          {t("pauseNow")}
        </Button>
      </div>
    </Dialog>
  );
}

/** Only asked after a limit was reached: going on needs a higher one. */
function Resuming({
  actions,
  error,
  cost,
  onClose,
}: {
  actions: Actions;
  error: string | undefined;
  /** US dollars. */
  cost: number | null | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation("task");
  const format = useFormat();
  const [limit, setLimit] = useState("");
  const wrong = !(Number(limit) > 0);
  return (
    <Dialog title={t("retryTitle")} onClose={onClose}>
      <NumberField
        label={t("limitLabel")}
        hint={cost ? t("limitHint", { money: format.money(cost) }) : undefined}
        value={limit}
        min={0}
        step={0.01}
        onChange={setLimit}
      />
      <div className="mt-6">
        <Said error={error} />
        <Button
          look="primary"
          disabled={wrong}
          busy={actions.resume.isPending}
          onClick={() => actions.resume.mutate(Number(limit), { onSuccess: onClose })}
        >
          {t("resume")}
        </Button>
      </div>
    </Dialog>
  );
}
