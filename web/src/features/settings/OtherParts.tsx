import { useTranslation } from "react-i18next";
import { FormBar } from "./FormBar";
import { COVERS_PROVIDER, LIMITS, SEARCH_PROVIDER } from "./fields";
import { Part } from "./Part";
import { ChoiceSetting, SettingField } from "./SettingField";
import type { Settings } from "./server";
import { useSettingsForm } from "./useSettingsForm";

/** Which fields a provider of links needs. */
const SEARCH_KEY = new Set(["tavily", "brave"]);
const SEARCH_ADDRESS = new Set(["searxng"]);

export function SearchPart({ settings }: { settings: Settings }) {
  const { t } = useTranslation("settings");
  const form = useSettingsForm("search", settings);
  const provider = form.value("SEARCH__PROVIDER");
  return (
    <Part id="search" title={t("parts.search")} note={t("searchNote")}>
      <form ref={form.ref} onSubmit={form.submit} noValidate className="space-y-6">
        <ChoiceSetting form={form} field={SEARCH_PROVIDER} />
        {SEARCH_ADDRESS.has(provider) ? (
          <SettingField form={form} field={{ name: "SEARCH__BASE_URL", kind: "url" }} />
        ) : null}
        {SEARCH_KEY.has(provider) ? (
          <SettingField form={form} field={{ name: "SEARCH__API_KEY", kind: "key" }} />
        ) : null}
        <FormBar form={form} test={provider === "none" ? undefined : "search"} />
      </form>
    </Part>
  );
}

export function CoversPart({ settings }: { settings: Settings }) {
  const { t } = useTranslation("settings");
  const form = useSettingsForm("covers", settings);
  const provider = form.value("COVERS__PROVIDER");
  return (
    <Part id="covers" title={t("parts.covers")} note={t("coversNote")}>
      <form ref={form.ref} onSubmit={form.submit} noValidate className="space-y-6">
        <ChoiceSetting form={form} field={COVERS_PROVIDER} />
        {provider === "local" ? null : (
          <>
            {provider === "openai" ? (
              <SettingField form={form} field={{ name: "COVERS__MODEL", kind: "text" }} />
            ) : null}
            <SettingField form={form} field={{ name: "COVERS__API_KEY", kind: "key" }} />
            <SettingField form={form} field={{ name: "COVERS__BASE_URL", kind: "url" }} />
          </>
        )}
        <FormBar form={form} test={provider === "local" ? undefined : "covers"} />
      </form>
    </Part>
  );
}

export function LimitsPart({ settings }: { settings: Settings }) {
  const { t } = useTranslation("settings");
  const form = useSettingsForm("limits", settings);
  return (
    <Part id="limits" title={t("parts.limits")} note={t("limitsNote")}>
      <form ref={form.ref} onSubmit={form.submit} noValidate className="space-y-6">
        <div className="grid items-start gap-6 sm:grid-cols-2">
          {LIMITS.map((field) => (
            <SettingField key={field.name} form={form} field={field} />
          ))}
        </div>
        <FormBar form={form} />
      </form>
    </Part>
  );
}
