import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { useWords } from "../../ui/words";
import { focusWrong, useFieldWords, useFocusWrong } from "../login/fields";
import { Section } from "./Section";
import { changePassword, useChange } from "./server";

/** Another password; who signs in elsewhere has none yet and needs no old one. */
export function PasswordForm({ has, least }: { has: boolean; least: number }) {
  const { t } = useTranslation("account");
  const words = useWords();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [tried, setTried] = useState(false);
  const change = useChange(changePassword);
  const wrong = useFieldWords(change.error, least);
  const lacks = { current: tried && has && current === "", next: tried && next.length < least };
  const form = useFocusWrong(change.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if ((has && current === "") || next.length < least) return focusWrong(form.current);
    if (change.isPending) return;
    change.mutate(
      { new_password: next, ...(has ? { current_password: current } : {}) },
      {
        onSuccess: () => {
          setCurrent("");
          setNext("");
          setTried(false);
        },
      },
    );
  }

  return (
    <Section title={t("password")} note={t("passwordNote")}>
      <form ref={form} onSubmit={submit} noValidate className="max-w-sm space-y-4">
        {has ? (
          <TextField
            type="password"
            label={t("currentPassword")}
            value={current}
            autoComplete="current-password"
            error={lacks.current ? t("wrong.noPassword") : wrong.current}
            onChange={setCurrent}
          />
        ) : null}
        <TextField
          type="password"
          label={t("newPassword")}
          hint={t("passwordHint", { least })}
          value={next}
          autoComplete="new-password"
          error={lacks.next ? t("wrong.password", { least }) : wrong.password}
          onChange={setNext}
        />
        <Said error={wrong.elsewhere ? words.refusal(change.error) : undefined} />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" busy={change.isPending}>
            {t("changePassword")}
          </Button>
          <p role="status" className="text-soft">
            {change.isSuccess && !next ? t("passwordChanged") : null}
          </p>
        </div>
      </form>
    </Section>
  );
}
