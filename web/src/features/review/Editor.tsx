import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { refusalOf } from "../../api/problems";
import type { Framework } from "../../api/types";
import { Button } from "../../ui/Button";
import { Confirm, Said } from "../../ui/Dialog";
import { useWords } from "../../ui/words";
import { Board } from "./Board";
import { begin, changed, type History, redone, undone } from "./history";
import { type Plan, planOf } from "./plan";
import { brokenRules, totalsOf } from "./rules";
import { TotalsLine } from "./TotalsLine";
import { useSave } from "./useSave";

type Saved = NonNullable<ReturnType<typeof useSave>["data"]>;

/** The plan by hand: changes stay here, with undo and redo, until they are saved as a new version. */
export function Editor({
  framework,
  version,
  onDone,
}: {
  framework: Framework;
  version: number;
  onDone: (saved: Saved | null) => void;
}) {
  const { t } = useTranslation("review");
  const words = useWords();
  const [base] = useState(() => ({ framework, version, plan: planOf(framework) }));
  const [history, setHistory] = useState<History<Plan>>(() => begin(base.plan));
  const [leaving, setLeaving] = useState(false);
  const save = useSave(framework.roadmap_id);
  const plan = history.present;
  const broken = brokenRules(plan);
  const dirty = plan !== base.plan;
  const before = {
    hours: base.framework.total_estimated_hours ?? 0,
    weeks: base.framework.recommended_completion_weeks ?? 0,
  };
  const old = save.error && refusalOf(save.error).code === "old_version";
  const send = (from: number) => save.mutate({ plan, version: from }, { onSuccess: onDone });
  const away = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: dirty, withResolver: true });
  const leave = () => (dirty ? setLeaving(true) : onDone(null));

  return (
    <section
      aria-label={t("edit")}
      onKeyDown={(event) => {
        if (!(event.ctrlKey || event.metaKey)) return;
        const key = event.key.toLowerCase();
        if (key === "z" && !event.shiftKey) setHistory(undone);
        else if (key === "y" || key === "z") setHistory(redone);
        else return;
        event.preventDefault();
      }}
    >
      <Tools
        history={history}
        onUndo={() => setHistory(undone)}
        onRedo={() => setHistory(redone)}
        onLeave={leave}
        dirty={dirty}
      />
      <Board
        plan={plan}
        broken={broken}
        onChange={(next, about) => setHistory((now) => changed(now, next, about))}
      />
      <div className="sticky bottom-0 z-10 -mx-4 mt-6 border-line border-t bg-paper/95 px-4 py-3 backdrop-blur-sm sm:mx-0 sm:rounded-t-lg sm:border sm:border-b-0 sm:bg-sheet sm:shadow-float">
        {old ? (
          <div role="alert" className="mb-3 flex flex-wrap items-center gap-2 text-ochre">
            <p className="me-auto">{t("conflict")}</p>
            <Button small onClick={() => onDone(null)}>
              {t("conflictTheirs")}
            </Button>
            <Button small onClick={() => send(version)}>
              {t("conflictMine")}
            </Button>
          </div>
        ) : (
          <Said error={save.error ? words.refusal(save.error) : undefined} />
        )}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div>
            <TotalsLine totals={totalsOf(plan, before)} />
            <p
              aria-live="polite"
              className={broken.length > 0 ? "text-rust" : dirty ? "text-soft" : "text-soft max-sm:hidden"}
            >
              {broken.length > 0
                ? t("broken", { count: broken.length })
                : dirty
                  ? t("unsaved")
                  : t("keyboard")}
            </p>
          </div>
          <Button
            look="primary"
            disabled={!dirty || broken.length > 0}
            busy={save.isPending}
            onClick={() => send(base.version)}
          >
            {save.isPending ? t("saving") : t("save")}
          </Button>
        </div>
      </div>
      {away.status === "blocked" ? (
        <Confirm
          title={t("discardTitle")}
          text={t("discardText")}
          action={t("discard")}
          look="danger"
          onConfirm={away.proceed}
          onClose={away.reset}
        />
      ) : null}
      {leaving ? (
        <Confirm
          title={t("discardTitle")}
          text={t("discardText")}
          action={t("discard")}
          look="danger"
          onConfirm={() => onDone(null)}
          onClose={() => setLeaving(false)}
        />
      ) : null}
    </section>
  );
}

function Tools({
  history,
  dirty,
  onUndo,
  onRedo,
  onLeave,
}: {
  history: History<Plan>;
  dirty: boolean;
  onUndo: () => void;
  onRedo: () => void;
  onLeave: () => void;
}) {
  const { t } = useTranslation("review");
  const { t: common } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-2">
      <h2 ref={heading} tabIndex={-1} className="text-lg outline-none">
        {t("edit")}
      </h2>
      <div className="flex flex-wrap gap-2">
        <Button small idle={history.past.length === 0} onClick={onUndo}>
          {common("action.undo")}
        </Button>
        <Button small idle={history.future.length === 0} onClick={onRedo}>
          {common("action.redo")}
        </Button>
        <Button small look="quiet" onClick={onLeave}>
          {dirty ? t("discard") : t("done")}
        </Button>
      </div>
    </div>
  );
}
