import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Confirm, Said } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { focusWrong, refusedFields, useFocusWrong } from "../login/fields";
import { Section } from "./Section";
import { forgetOwnModel, ownModelQuery, saveOwnModel, useChange } from "./server";

/** A model and a key of one's own, for one's own tasks: set, changed, or taken away. */
export function OwnModel() {
  const { t } = useTranslation("account");
  const own = useQuery(ownModelQuery());
  const [open, setOpen] = useState(false);
  return (
    <Section title={t("own.title")} note={t("own.note")}>
      {own.isPending ? <Bars lines={2} /> : null}
      {own.isError ? <Problem error={own.error} onRetry={() => void own.refetch()} /> : null}
      {own.isSuccess && !open ? <Now model={own.data?.model} onChange={() => setOpen(true)} /> : null}
      {open ? <Form before={own.data?.model ?? ""} onClose={() => setOpen(false)} /> : null}
    </Section>
  );
}

function Now({ model, onChange }: { model: string | undefined; onChange: () => void }) {
  const { t } = useTranslation("account");
  const words = useWords();
  const [asked, setAsked] = useState(false);
  const forget = useChange(forgetOwnModel);
  return (
    <>
      <p className={model ? "" : "text-soft"}>{model ? t("own.used", { model }) : t("own.none")}</p>
      <div className="flex flex-wrap gap-3">
        <Button onClick={onChange}>{t(model ? "own.change" : "own.set")}</Button>
        {model ? <Button onClick={() => setAsked(true)}>{t("own.forget")}</Button> : null}
      </div>
      {asked ? (
        <Confirm
          title={t("own.forgetTitle")}
          text={t("own.forgetText")}
          action={t("own.forget")}
          look="danger"
          busy={forget.isPending}
          error={forget.isError ? words.refusal(forget.error) : undefined}
          onConfirm={() => forget.mutate(undefined, { onSuccess: () => setAsked(false) })}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}

function Form({ before, onClose }: { before: string; onClose: () => void }) {
  const { t } = useTranslation("account");
  const { t: common } = useTranslation();
  const words = useWords();
  const [model, setModel] = useState(before);
  const [server, setServer] = useState("");
  const [key, setKey] = useState("");
  const [tried, setTried] = useState(false);
  const save = useChange(saveOwnModel);
  const refused = refusedFields(save.error);
  const lacks = { model: !/^[a-z0-9_.-]+:\S+$/.test(model.trim()), key: key.trim() === "" };
  const form = useFocusWrong(save.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (lacks.model || lacks.key) return focusWrong(form.current);
    if (save.isPending) return;
    save.mutate(
      { model: model.trim(), api_key: key.trim(), ...(server.trim() ? { base_url: server.trim() } : {}) },
      { onSuccess: onClose },
    );
  }

  const said = words.refusal(save.error);
  return (
    <form ref={form} onSubmit={submit} noValidate className="max-w-sm space-y-4">
      <TextField
        label={t("own.model")}
        hint={t("own.modelHint")}
        value={model}
        autoComplete="off"
        error={tried && lacks.model ? t("wrong.ownModel") : refused.includes("model") ? said : undefined}
        onChange={setModel}
      />
      <TextField
        type="password"
        label={t("own.key")}
        hint={t("own.keyHint")}
        value={key}
        autoComplete="off"
        error={tried && lacks.key ? t("wrong.ownKey") : refused.includes("api_key") ? said : undefined}
        onChange={setKey}
      />
      <TextField
        label={t("own.server")}
        hint={t("own.serverHint")}
        value={server}
        autoComplete="off"
        error={refused.includes("base_url") ? t("wrong.ownServer") : undefined}
        onChange={setServer}
      />
      <Said error={save.isError && refused.length === 0 ? said : undefined} />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="primary" busy={save.isPending}>
          {t("own.save")}
        </Button>
        <Button onClick={onClose}>{common("action.back")}</Button>
      </div>
    </form>
  );
}
