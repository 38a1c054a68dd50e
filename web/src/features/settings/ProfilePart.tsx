import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "../../api/client";
import { keys, profileQuery } from "../../api/queries";
import type { Profile } from "../../api/types";
import { Choice, NumberField, TextField } from "../../ui/Field";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { PersonFields } from "../new/More";
import { useDraft } from "./drafts";
import { Part, SaveBar } from "./Part";
import { personDrafts, personFrom, profileFrom } from "./profile";

const LEVELS = ["beginner", "intermediate", "advanced"] as const;

export function ProfilePart() {
  const { t } = useTranslation("settings");
  const profile = useQuery(profileQuery());
  return (
    <Part id="profile" title={t("parts.profile")} note={t("profile.note")}>
      {profile.isPending ? <Bars lines={4} /> : null}
      {profile.isError ? <Problem error={profile.error} onRetry={() => void profile.refetch()} /> : null}
      {profile.data ? <ProfileForm profile={profile.data} /> : null}
    </Part>
  );
}

function ProfileForm({ profile }: { profile: Profile }) {
  const { t, i18n } = useTranslation(["settings", "make"]);
  const words = useWords();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const saved = useMemo(() => personFrom(profile, i18n.language), [profile, i18n.language]);
  const { value, dirty, change, discard } = useDraft(personDrafts, saved);
  const hours = Number(value.hours);
  const wrong = value.hours.trim() === "" || !(hours >= 1 && hours <= 168);
  const save = useMutation({
    mutationFn: () => ask(api.PUT("/api/v1/users/me/profile", { body: profileFrom(value) })),
    onSuccess: (kept) => {
      client.setQueryData(keys.profile(), kept);
      discard();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (wrong) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
    else if (!save.isPending) save.mutate();
  }

  return (
    <form ref={form} onSubmit={submit} noValidate className="space-y-6">
      <TextField
        label={t("profile.name")}
        hint={t("profile.nameHint")}
        value={value.name}
        maxLength={200}
        autoComplete="name"
        onChange={(name) => change({ name })}
      />
      <Choice
        label={t("make:level")}
        value={value.level}
        onChange={(level) => change({ level })}
        options={LEVELS.map((level) => ({ value: level, label: t(`make:levels.${level}`) }))}
      />
      <NumberField
        label={t("make:hours")}
        unit={t("make:unitHours")}
        min={1}
        max={168}
        value={value.hours}
        error={wrong ? t("make:hoursWrong") : undefined}
        onChange={(next) => change({ hours: next })}
      />
      <TextField
        label={t("make:motivation")}
        hint={t("make:motivationHint")}
        value={value.motivation}
        maxLength={2000}
        onChange={(motivation) => change({ motivation })}
      />
      <PersonFields draft={value} onChange={change} />
      <SaveBar
        dirty={dirty}
        busy={save.isPending}
        saved={save.isSuccess}
        error={save.isError ? words.refusal(save.error) : undefined}
        onDiscard={discard}
      />
    </form>
  );
}
