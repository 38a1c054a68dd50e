import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { at } from "../../api/base";
import { Button, buttonLook } from "../../ui/Button";
import { Dialog, Said } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { useWords } from "../../ui/words";
import { focusWrong, refusedFields, useFocusWrong } from "../login/fields";
import { type Me, useLeave } from "../login/session";
import { Section } from "./Section";
import { deleteMe, useChange } from "./server";

/** Everything of mine as a file, or gone. */
export function DataParts({ me }: { me: Me }) {
  const { t } = useTranslation("account");
  const [open, setOpen] = useState(false);
  return (
    <Section title={t("data.title")} note={t("data.note")}>
      <div className="flex flex-wrap gap-2">
        <a href={at("/api/v1/users/me/export")} download className={buttonLook()}>
          {t("data.export")}
        </a>
        <Button look="danger" onClick={() => setOpen(true)}>
          {t("data.delete")}
        </Button>
      </div>
      {open ? <Deleting me={me} onClose={() => setOpen(false)} /> : null}
    </Section>
  );
}

function Deleting({ me, onClose }: { me: Me; onClose: () => void }) {
  const { t } = useTranslation("account");
  const { t: common } = useTranslation();
  const words = useWords();
  const leave = useLeave();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const remove = useChange(deleteMe);
  const has = me.has_password ?? true;
  const other = email.trim().toLowerCase() !== (me.email ?? "").toLowerCase();
  const refused = refusedFields(remove.error);
  const wrongPassword = refused.includes("current_password") || refused.includes("password");
  const form = useFocusWrong(remove.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (other) return focusWrong(form.current);
    if (remove.isPending) return;
    remove.mutate({ email: email.trim(), ...(has ? { password } : {}) }, { onSuccess: leave });
  }

  return (
    <Dialog title={t("data.deleteTitle")} onClose={onClose}>
      <p className="mb-5 text-soft">{t("data.deleteText")}</p>
      <form ref={form} onSubmit={submit} noValidate className="space-y-5">
        <TextField
          type="email"
          label={t("data.typeEmail", { email: me.email ?? "" })}
          value={email}
          autoComplete="off"
          error={tried && other ? t("wrong.otherEmail") : undefined}
          onChange={setEmail}
        />
        {has ? (
          <TextField
            type="password"
            label={t("password")}
            value={password}
            autoComplete="current-password"
            error={wrongPassword ? t("wrong.current") : undefined}
            onChange={setPassword}
          />
        ) : null}
        <Said error={remove.isError && !wrongPassword ? words.refusal(remove.error) : undefined} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{common("action.back")}</Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            {t("data.deleteNow")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
