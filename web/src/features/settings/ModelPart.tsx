import { useTranslation } from "react-i18next";
import { AgentFields } from "./AgentFields";
import { FormBar } from "./FormBar";
import { ModelFields } from "./ModelFields";
import { Part } from "./Part";
import type { Settings } from "./server";
import { useSettingsForm } from "./useSettingsForm";

export function ModelPart({ settings }: { settings: Settings }) {
  const { t } = useTranslation("settings");
  const form = useSettingsForm("model", settings);
  return (
    <Part id="model" title={t("parts.model")} note={t("model.note")}>
      <form ref={form.ref} onSubmit={form.submit} noValidate className="space-y-6">
        <ModelFields form={form} />
        <AgentFields form={form} />
        <FormBar form={form} test="model" />
      </form>
    </Part>
  );
}
