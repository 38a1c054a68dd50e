import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { refusalOf } from "../../api/problems";
import { useWords } from "../../ui/words";
import { type Drafts, draftsOf, useDraft } from "./drafts";
import { PART_NAMES, type PartName } from "./fields";
import { useFieldWords } from "./fieldWords";
import { isWhole } from "./models";
import { changeSettings, type Settings, settingsQuery } from "./server";
import { isKey, nameOfField, sentOf, type Values } from "./values";

const DRAFTS: Record<PartName, Drafts<Values>> = {
  model: draftsOf<Values>("model", isKey),
  search: draftsOf<Values>("search", isKey),
  covers: draftsOf<Values>("covers", isKey),
  limits: draftsOf<Values>("limits", isKey),
};

/** One part of the settings as a form: saved values, unsaved changes, and the server's words at their fields. */
export function useSettingsForm(part: PartName, settings: Settings) {
  const words = useWords();
  const client = useQueryClient();
  const ref = useRef<HTMLFormElement>(null);
  const [tried, setTried] = useState(false);
  const names = PART_NAMES[part];
  const saved = useMemo<Values>(
    () => Object.fromEntries(names.map((name) => [name, settings.get(name)?.value ?? ""])),
    [names, settings],
  );
  const { value, changes, dirty, change, discard } = useDraft(DRAFTS[part], saved);
  const sent = sentOf(changes, (name) => settings.get(name)?.number ?? false);
  const save = useMutation({
    mutationFn: () => changeSettings(sent),
    onSuccess: (answer) => {
      client.setQueryData(settingsQuery().queryKey, answer);
      void client.invalidateQueries({ queryKey: ["model"] });
      discard();
      setTried(false);
    },
  });
  const refused = save.isError ? (refusalOf(save.error).errors ?? []) : [];
  const inWords = useFieldWords(settings);
  const found = new Map(
    refused.map((one) => {
      const name = nameOfField(one.field ?? "", names);
      return [name, inWords(name, one.message)];
    }),
  );
  const placed = [...found.keys()].some((name) => name !== undefined);

  useEffect(() => {
    if (save.isError) focusWrong(ref.current);
  }, [save.isError]);

  return {
    ref,
    dirty,
    tried,
    sent,
    busy: save.isPending,
    saved: save.isSuccess,
    error: save.isError && !placed ? words.refusal(save.error) : undefined,
    discard: () => {
      save.reset();
      discard();
    },
    setting: (name: string) => settings.get(name),
    value: (name: string) => value[name] ?? "",
    change: (name: string, next: string) => change({ [name]: next }),
    errorOf: (name: string) => found.get(name),
    submit: (event: FormEvent) => {
      event.preventDefault();
      setTried(true);
      if (value.LLM__MODEL !== undefined && !isWhole(value.LLM__MODEL)) {
        requestAnimationFrame(() => focusWrong(ref.current));
      } else if (!save.isPending) save.mutate();
    },
  };
}

function focusWrong(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
}

export type Form = ReturnType<typeof useSettingsForm>;
