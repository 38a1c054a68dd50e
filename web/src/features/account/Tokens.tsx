import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { useNow } from "../../ui/clock";
import { Confirm, Dialog, Said } from "../../ui/Dialog";
import { Check, SelectField, TextField } from "../../ui/Field";
import { useFormat } from "../../ui/format";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { focusWrong, useFocusWrong } from "../login/fields";
import { CopyLine } from "../settings/CopyLine";
import { Section } from "./Section";
import { endToken, makeToken, type Token, tokensQuery, useChange } from "./server";

/** Keys with which programs do what one may do oneself, or only read it. */
export function Tokens() {
  const { t } = useTranslation("account");
  const words = useWords();
  const tokens = useQuery(tokensQuery());
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<Token>();
  const end = useChange(endToken);
  const all = tokens.data?.tokens ?? [];
  return (
    <Section title={t("tokens.title")} note={t("tokens.note")}>
      {tokens.isPending ? <Bars lines={2} /> : null}
      {tokens.isError ? <Problem error={tokens.error} onRetry={() => void tokens.refetch()} /> : null}
      {tokens.data && all.length === 0 ? <p className="text-soft">{t("tokens.none")}</p> : null}
      <ul className="divide-y divide-line rounded-lg border border-line empty:hidden">
        {all.map((token) => (
          <Row key={token.token_id} token={token} onEnd={() => setAsked(token)} />
        ))}
      </ul>
      <Button onClick={() => setOpen(true)}>{t("tokens.make")}</Button>
      {open ? <Making onClose={() => setOpen(false)} /> : null}
      {asked ? (
        <Confirm
          title={t("tokens.endTitle", { name: asked.name })}
          text={t("tokens.endText")}
          action={t("tokens.end")}
          look="danger"
          busy={end.isPending}
          error={end.isError ? words.refusal(end.error) : undefined}
          onConfirm={() => end.mutate(asked.token_id, { onSuccess: () => setAsked(undefined) })}
          onClose={() => setAsked(undefined)}
        />
      ) : null}
    </Section>
  );
}

function Row({ token, onEnd }: { token: Token; onEnd: () => void }) {
  const { t } = useTranslation("account");
  const format = useFormat();
  const now = useNow();
  const facts = [
    t(token.scopes.includes("write") ? "tokens.write" : "tokens.read"),
    token.expires_at ? t("tokens.until", { date: format.day(token.expires_at) }) : t("tokens.forever"),
    token.last_used_at ? t("lastUsed", { ago: format.ago(token.last_used_at, now) }) : t("tokens.unused"),
  ];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-medium [overflow-wrap:anywhere]">
          {token.name} <code className="font-mono font-normal text-soft text-xs">{token.hint}</code>
        </p>
        <p className="text-soft text-xs">{facts.join(" · ")}</p>
      </div>
      <Button small aria-label={t("tokens.endOf", { name: token.name })} onClick={onEnd}>
        {t("tokens.end")}
      </Button>
    </li>
  );
}

const DAYS = ["30", "90", "365", "never"] as const;
type Days = (typeof DAYS)[number];

function Making({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("account");
  const { t: common } = useTranslation();
  const words = useWords();
  const [name, setName] = useState("");
  const [write, setWrite] = useState(false);
  const [days, setDays] = useState<Days>("90");
  const [tried, setTried] = useState(false);
  const make = useChange(makeToken);
  const empty = name.trim() === "";
  const form = useFocusWrong(make.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (empty) return focusWrong(form.current);
    if (make.isPending) return;
    make.mutate({ name: name.trim(), write, days: days === "never" ? undefined : Number(days) });
  }

  if (make.data) {
    return (
      <Dialog title={t("tokens.madeTitle")} onClose={onClose} wide>
        <Shown token={make.data.token} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("tokens.makeTitle")} onClose={onClose}>
      <form ref={form} onSubmit={submit} noValidate className="space-y-5">
        <TextField
          label={t("tokens.name")}
          hint={t("tokens.nameHint")}
          value={name}
          maxLength={100}
          autoComplete="off"
          error={tried && empty ? t("wrong.name") : undefined}
          onChange={setName}
        />
        <Check
          label={t("tokens.mayWrite")}
          hint={t("tokens.mayWriteHint")}
          checked={write}
          onChange={setWrite}
        />
        <SelectField
          label={t("tokens.ends")}
          value={days}
          onChange={setDays}
          options={DAYS.map((value) => ({
            value,
            label: value === "never" ? t("tokens.forever") : t("tokens.days", { count: Number(value) }),
          }))}
        />
        <Said error={make.isError ? words.refusal(make.error) : undefined} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{common("action.back")}</Button>
          <Button type="submit" look="primary" busy={make.isPending}>
            {t("tokens.makeNow")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The token itself, which nobody can show again. */
function Shown({ token, onClose }: { token: string; onClose: () => void }) {
  const { t } = useTranslation("account");
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => words.current?.focus(), []);
  return (
    <>
      <p ref={words} tabIndex={-1} className="mb-4 text-soft outline-none">
        {t("tokens.once")}
      </p>
      <CopyLine text={token} label={t("tokens.copy")} />
      <div className="mt-5 flex justify-end">
        <Button look="primary" onClick={onClose}>
          {t("tokens.kept")}
        </Button>
      </div>
    </>
  );
}
