import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { useWords } from "../../ui/words";
import { TrialFound } from "../settings/Finding";
import { PROVIDERS } from "../settings/models";
import { type Asked, fieldOfCode, missingIn, type Remote, valuesOf, withProvider } from "./remote";
import { useAdopt } from "./useModel";

const WITH_KEY = PROVIDERS.filter((one) => one.key);

/** A provider's key or a server's address: tried with one real question, and saved only if it answers. */
export function RemoteForm({ begin }: { begin: Remote }) {
  const { t } = useTranslation("firstrun");
  const words = useWords();
  const [remote, setRemote] = useState(begin);
  const [tried, setTried] = useState(false);
  const adopt = useAdopt();
  const form = useRef<HTMLFormElement>(null);
  const missing = tried ? missingIn(remote) : [];
  const trial = adopt.data && !adopt.data.ok ? adopt.data : undefined;
  const blamed = trial ? fieldOfCode(trial.code, remote.kind) : undefined;

  function change(part: Partial<Remote>) {
    adopt.reset();
    setTried(false);
    setRemote((before) => ({ ...before, ...part }));
  }

  function wrong(field: Asked): string | undefined {
    if (missing.includes(field)) return t(`missing.${field}`);
    return blamed === field ? t(`blamed.${field}`) : undefined;
  }

  const unfit = missing.length > 0 || blamed !== undefined;
  useEffect(() => {
    if (unfit) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [unfit]);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (missingIn(remote).length === 0 && !adopt.isPending) adopt.mutate(valuesOf(remote));
  }

  return (
    <form ref={form} onSubmit={submit} noValidate className="space-y-5">
      {remote.kind === "key" ? (
        <SelectField
          label={t("remote.provider")}
          value={remote.provider}
          onChange={(provider) => change(withProvider(provider))}
          options={WITH_KEY.map((one) => ({ value: one.id, label: one.name }))}
        />
      ) : (
        <TextField
          type="url"
          label={t("remote.address")}
          hint={t("remote.addressHint", { example: "http://127.0.0.1:11434/v1" })}
          error={wrong("address")}
          value={remote.address}
          autoComplete="off"
          onChange={(address) => change({ address })}
        />
      )}
      <TextField
        type="password"
        label={remote.kind === "key" ? t("remote.key") : t("remote.keyOptional")}
        hint={t("remote.keyHint")}
        error={wrong("key")}
        value={remote.key}
        autoComplete="off"
        onChange={(key) => change({ key })}
      />
      <TextField
        label={t("remote.name")}
        hint={t("remote.nameHint")}
        error={wrong("name")}
        value={remote.name}
        autoComplete="off"
        onChange={(name) => change({ name })}
      />
      <Said error={adopt.isError ? words.refusal(adopt.error) : undefined} />
      <div role="status">
        {adopt.isPending ? <p className="text-soft">{t("remote.testing")}</p> : null}
        {trial ? <TrialFound trial={trial} /> : null}
      </div>
      <Button type="submit" look="primary" busy={adopt.isPending}>
        {t("remote.submit")}
      </Button>
    </form>
  );
}
