import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Dialog, Said } from "../../ui/Dialog";
import { NumberField, SelectField, TextField } from "../../ui/Field";
import { useFormat } from "../../ui/format";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { focusWrong, refusedFields, useFocusWrong } from "../login/fields";
import { CopyLine } from "../settings/CopyLine";
import { Block } from "./Block";
import { endInvite, type Invite, invitesQuery, makeInvite, type Person, useAct, wholeLink } from "./server";

const MOST_DAYS = 90;
const ROLES = ["learner", "admin"] as const;

/** Invitations that are open, and a new one. */
export function Invites() {
  const { t } = useTranslation("people");
  const words = useWords();
  const invites = useQuery(invitesQuery());
  const [open, setOpen] = useState(false);
  const end = useAct(endInvite);
  const all = invites.data?.invites ?? [];
  return (
    <Block title={t("invites.title")} note={t("invites.note")}>
      {invites.isPending ? <Bars lines={2} /> : null}
      {invites.isError ? <Problem error={invites.error} onRetry={() => void invites.refetch()} /> : null}
      {invites.data && all.length === 0 ? <p className="text-soft">{t("invites.none")}</p> : null}
      <ul className="divide-y divide-line rounded-lg border border-line bg-sheet empty:hidden">
        {all.map((invite) => (
          <Row
            key={invite.invite_id}
            invite={invite}
            busy={end.isPending && end.variables === invite.invite_id}
            onEnd={() => end.mutate(invite.invite_id)}
          />
        ))}
      </ul>
      <Said error={end.isError ? words.refusal(end.error) : undefined} />
      <Button look="primary" onClick={() => setOpen(true)}>
        {t("invites.make")}
      </Button>
      {open ? <Making onClose={() => setOpen(false)} /> : null}
    </Block>
  );
}

function Row({ invite, busy, onEnd }: { invite: Invite; busy: boolean; onEnd: () => void }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const name = invite.email ?? t("invites.anybody");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
        <p className="text-soft text-xs">
          {`${t(`role.${invite.role}`)} · ${t("linkUntil", { date: format.day(invite.expires_at) })}`}
        </p>
      </div>
      <Button small busy={busy} aria-label={t("invites.endOf", { name })} onClick={onEnd}>
        {t("invites.end")}
      </Button>
    </li>
  );
}

function Making({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const words = useWords();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Person["role"]>("learner");
  const [days, setDays] = useState("7");
  const make = useAct(makeInvite);
  const wrongDays = !(Number(days) >= 1 && Number(days) <= MOST_DAYS);
  const wrongEmail = refusedFields(make.error).includes("email");
  const form = useFocusWrong(make.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (wrongDays) return focusWrong(form.current);
    if (make.isPending) return;
    make.mutate({ email: email.trim(), role, days: Math.round(Number(days)) });
  }

  if (make.data) {
    return (
      <Dialog title={t("invites.madeTitle")} onClose={onClose} wide>
        <p className="mb-4 text-soft">{t(make.data.mailed ? "invites.mailed" : "invites.once")}</p>
        <CopyLine text={wholeLink(make.data.link)} label={t("copyLink")} />
        <div className="mt-5 flex justify-end">
          <Button look="primary" onClick={onClose}>
            {common("action.close")}
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t("invites.make")} onClose={onClose}>
      <form ref={form} onSubmit={submit} noValidate className="space-y-5">
        <TextField
          type="email"
          label={t("invites.email")}
          hint={t("invites.emailHint")}
          value={email}
          autoComplete="off"
          error={wrongEmail ? t("invites.wrongEmail") : undefined}
          onChange={setEmail}
        />
        <SelectField
          label={t("invites.role")}
          value={role}
          onChange={setRole}
          options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        />
        <NumberField
          label={t("invites.days")}
          min={1}
          max={MOST_DAYS}
          value={days}
          error={wrongDays ? t("invites.wrongDays", { most: MOST_DAYS }) : undefined}
          onChange={setDays}
        />
        <Said error={make.isError && !wrongEmail ? words.refusal(make.error) : undefined} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{common("action.back")}</Button>
          <Button type="submit" look="primary" busy={make.isPending}>
            {t("invites.makeNow")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
