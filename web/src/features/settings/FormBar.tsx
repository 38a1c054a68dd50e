import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { useWords } from "../../ui/words";
import { TrialFound } from "./Finding";
import { SaveBar } from "./Part";
import { type TestedPart, testPart } from "./server";
import type { Form } from "./useSettingsForm";

/** Save, discard and, with `test`, a trial of what stands in the form, saved or not, told in words. */
export function FormBar({ form, test }: { form: Form; test?: TestedPart }) {
  const { dirty, busy, saved, error, discard } = form;
  const bar = { dirty, busy, saved, error, onDiscard: discard };
  return test ? <TestedBar form={form} test={test} bar={bar} /> : <SaveBar {...bar} />;
}

type Bar = Omit<Parameters<typeof SaveBar>[0], "children">;

function TestedBar({ form, test, bar }: { form: Form; test: TestedPart; bar: Bar }) {
  const { t } = useTranslation("settings");
  const words = useWords();
  const now = JSON.stringify(form.sent);
  const trying = useMutation({
    mutationFn: async () => ({ of: now, trial: await testPart(test, form.sent) }),
  });
  const trial = trying.data?.of === now && !trying.isPending ? trying.data.trial : undefined;
  return (
    <div className="space-y-4">
      <div role="status">
        {trying.isPending ? <p className="text-soft">{t("test.busy")}</p> : null}
        {trial ? <TrialFound trial={trial} /> : null}
      </div>
      <Said error={trying.isError ? words.refusal(trying.error) : undefined} />
      <SaveBar {...bar}>
        <Button busy={trying.isPending} onClick={() => trying.mutate()}>
          {t("test.button")}
        </Button>
      </SaveBar>
    </div>
  );
}
