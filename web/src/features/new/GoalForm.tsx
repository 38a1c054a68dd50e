import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Profile } from "../../api/types";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { AreaField, Check, Choice, NumberField } from "../../ui/Field";
import { useWords } from "../../ui/words";
import { keepDraft, leftDraft } from "./kept";
import { More } from "./More";
import { type Draft, dayOf, draftFrom, SIZES, wrongs } from "./order";
import { Quote } from "./Quote";
import { useOrder, useQuote } from "./useOrder";

const LEVELS = ["beginner", "intermediate", "advanced"] as const;

/** `owner`: who fills it in; what they typed and did not send is found again, after the tab was closed too. */
export function GoalForm({ profile, goal, owner }: { profile: Profile; goal: string; owner: string }) {
  const { t, i18n } = useTranslation("make");
  const words = useWords();
  const [begun] = useState<Draft>(() => draftFrom(profile, goal, i18n.language));
  const [draft, setDraft] = useState<Draft>(() => leftDraft(owner, goal) ?? begun);
  const [remember, setRemember] = useState(true);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const wrong = wrongs(draft, dayOf(new Date()));
  const valid = Object.keys(wrong).length === 0;
  const quote = useQuote(draft, valid);
  const order = useOrder(profile);
  const sent = order.isSuccess;
  useEffect(() => {
    if (!sent && draft !== begun) keepDraft({ owner, begun: goal, draft });
  }, [sent, draft, begun, owner, goal]);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (valid && !order.isPending && !order.isSuccess) order.mutate({ draft, remember });
    else if (!valid) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
    }
  }

  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-8 lg:grid-cols-[1fr_18rem]">
      <div className="space-y-7">
        <AreaField
          label={t("goal")}
          hint={t("goalHint")}
          placeholder={t("goalPlaceholder")}
          error={tried && wrong.goal ? t("goalMissing") : undefined}
          value={draft.goal}
          maxLength={2000}
          rows={3}
          required
          onChange={(value) => change({ goal: value })}
        />
        <Choice
          label={t("size")}
          value={draft.size}
          onChange={(size) => change({ size })}
          options={SIZES.map((value) => ({
            value,
            label: t(`sizes.${value}`),
            note: t(`sizes.${value}Note`),
          }))}
        />
        <Choice
          label={t("level")}
          value={draft.level}
          onChange={(level) => change({ level })}
          options={LEVELS.map((value) => ({ value, label: t(`levels.${value}`) }))}
        />
        <NumberField
          label={t("hours")}
          unit={t("unitHours")}
          min={1}
          max={168}
          value={draft.hours}
          error={wrong.hours ? t("hoursWrong") : undefined}
          onChange={(hours) => change({ hours })}
        />
        <More draft={draft} wrong={wrong} onChange={change} />
        <Check label={t("remember")} checked={remember} onChange={setRemember} />
      </div>
      <div className="lg:sticky lg:top-20 lg:self-start">
        <div className="rounded-lg border border-line bg-sheet p-5">
          <Quote quote={quote.data} pending={quote.isFetching} approve={draft.approve} />
          <Said error={order.error ? words.refusal(order.error) : undefined} />
          <Button type="submit" look="primary" busy={order.isPending || order.isSuccess} className="w-full">
            {order.isPending || order.isSuccess ? t("submitting") : t("submit")}
          </Button>
        </div>
      </div>
    </form>
  );
}
