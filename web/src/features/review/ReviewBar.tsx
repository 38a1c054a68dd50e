import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "../../api/client";
import type { Framework, Quote, Task } from "../../api/types";
import { Button } from "../../ui/Button";
import { Dialog, Said } from "../../ui/Dialog";
import { AreaField } from "../../ui/Field";
import { useFormat } from "../../ui/format";
import { useWords } from "../../ui/words";
import { planOf } from "./plan";
import { totalsOf } from "./rules";
import { TotalsLine } from "./TotalsLine";
import { useReview } from "./useReview";

/** The decision, always in sight: what it comes to, a change in words, or go. */
export function ReviewBar({
  task,
  framework,
  version,
}: {
  task: Task;
  framework: Framework;
  version: number;
}) {
  const { t } = useTranslation("review");
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const review = useReview(task.task_id, task.roadmap_id);
  const label = useApproveLabel(useContentQuote(task.roadmap_id, version));
  const before = {
    hours: framework.total_estimated_hours ?? 0,
    weeks: framework.recommended_completion_weeks ?? 0,
  };
  return (
    <section
      aria-label={t("bar")}
      className="sticky bottom-0 z-10 -mx-4 mt-6 border-line border-t bg-paper/95 px-4 py-3 backdrop-blur-sm sm:mx-0 sm:rounded-t-lg sm:border sm:border-b-0 sm:bg-sheet sm:shadow-float"
    >
      {review.error && !asking ? <Said error={words.refusal(review.error)} /> : null}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <TotalsLine totals={totalsOf(planOf(framework), before)} />
        <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:flex-col">
          <Button onClick={() => setAsking(true)}>{t("ask")}</Button>
          <Button
            look="primary"
            busy={review.isPending}
            onClick={() => review.mutate({ decision: "approve", version })}
          >
            {label}
          </Button>
        </div>
      </div>
      {asking ? (
        <AskChange
          busy={review.isPending}
          error={review.error ? words.refusal(review.error) : undefined}
          onSend={(feedback) =>
            review.mutate({ decision: "revise", version, feedback }, { onSuccess: () => setAsking(false) })
          }
          onClose={() => setAsking(false)}
        />
      ) : null}
    </section>
  );
}

function useContentQuote(roadmapId: string, version: number): Quote | undefined {
  return useQuery({
    queryKey: ["quote", roadmapId, version],
    queryFn: ({ signal }) =>
      ask(api.POST("/api/v1/tasks/quote", { body: { roadmap_id: roadmapId, size: "full" }, signal })),
    staleTime: 60_000,
  }).data;
}

function useApproveLabel(quote: Quote | undefined): string {
  const { t } = useTranslation("review");
  const { t: common } = useTranslation();
  const format = useFormat();
  if (!quote) return t("approve");
  const minutes = common("minutes", { count: Math.max(1, Math.round(quote.minutes)) });
  return quote.cost_usd > 0
    ? t("approveCost", { money: format.money(quote.cost_usd), minutes })
    : t("approveTime", { minutes });
}

function AskChange({
  busy,
  error,
  onSend,
  onClose,
}: {
  busy: boolean;
  error: string | undefined;
  onSend: (feedback: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("review");
  const { t: common } = useTranslation();
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const empty = text.trim() === "";
  return (
    <Dialog title={t("askTitle")} onClose={onClose} wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!empty) onSend(text.trim());
        }}
      >
        <AreaField
          label={t("askTitle")}
          hint={t("askHint")}
          placeholder={t("askPlaceholder")}
          error={tried && empty ? t("askEmpty") : undefined}
          value={text}
          rows={4}
          maxLength={4000}
          onChange={setText}
        />
        <div className="mt-6">
          <Said error={error} />
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={onClose}>{common("action.back")}</Button>
            <Button type="submit" look="primary" busy={busy}>
              {t("askSend")}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
