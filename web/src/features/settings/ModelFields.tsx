import { useTranslation } from "react-i18next";
import { SelectField, TextField } from "../../ui/Field";
import { LocalState } from "../firstrun/LocalState";
import { LOCAL_MODEL } from "./fields";
import { isWhole, joinModel, LOCAL, OTHER, PROVIDERS, providerOf, splitModel } from "./models";
import { ChoiceSetting, LockedField, SettingField } from "./SettingField";
import type { Form } from "./useSettingsForm";
import { KEPT } from "./values";

/** Where the model runs, what it is called, its address and its key. */
export function ModelFields({ form }: { form: Form }) {
  const { t } = useTranslation("settings");
  const { provider, name } = splitModel(form.value("LLM__MODEL"));
  const locked = form.setting("LLM__MODEL")?.locked;
  return (
    <>
      {locked ? (
        <LockedField form={form} name="LLM__MODEL" label={t("model.provider")} />
      ) : (
        <div className="grid gap-6 sm:grid-cols-2">
          <ProviderField form={form} provider={provider} name={name} />
          {provider === LOCAL ? null : <NameField form={form} provider={provider} name={name} />}
        </div>
      )}
      {provider === LOCAL ? (
        <>
          <ChoiceSetting form={form} field={LOCAL_MODEL} />
          <LocalState name={form.value("LLM__LOCAL_MODEL")} />
        </>
      ) : (
        <>
          <SettingField form={form} field={{ name: "LLM__BASE_URL", kind: "url" }} />
          <SettingField form={form} field={{ name: "LLM__API_KEY", kind: "key" }} />
          <KeyOfAnother form={form} />
        </>
      )}
    </>
  );
}

function ProviderField({ form, provider, name }: { form: Form; provider: string; name: string }) {
  const { t } = useTranslation("settings");
  const known = provider === LOCAL || providerOf(provider);

  /** An address belongs to its provider; the one that was saved comes back with its own. */
  function choose(next: string) {
    const before = form.setting("LLM__MODEL")?.value ?? "";
    const same = splitModel(before).provider === next;
    const kept = same ? splitModel(before).name : provider === LOCAL ? "" : name;
    form.change("LLM__MODEL", joinModel(next, kept));
    if (form.setting("LLM__BASE_URL")?.locked) return;
    form.change("LLM__BASE_URL", same ? (form.setting("LLM__BASE_URL")?.value ?? "") : "");
  }

  return (
    <SelectField
      label={t("model.provider")}
      value={provider}
      onChange={choose}
      options={[
        { value: LOCAL, label: t("model.local") },
        ...PROVIDERS.map((one) => ({ value: one.id, label: one.name })),
        ...(known || provider === OTHER ? [] : [{ value: provider, label: provider }]),
        { value: OTHER, label: t("model.other") },
      ]}
    />
  );
}

function NameField({ form, provider, name }: { form: Form; provider: string; name: string }) {
  const { t } = useTranslation("settings");
  const example = providerOf(provider)?.example ?? "qwen2.5-7b-instruct";
  const missing = form.tried && !isWhole(form.value("LLM__MODEL"));
  return (
    <TextField
      label={t("model.name")}
      hint={t("model.nameHint", { example })}
      error={missing ? t("model.nameMissing") : form.errorOf("LLM__MODEL")}
      value={name}
      autoComplete="off"
      onChange={(next) => form.change("LLM__MODEL", joinModel(provider, next))}
    />
  );
}

/** A key goes only where it was set for: the server takes it away when the model's server changes. */
function KeyOfAnother({ form }: { form: Form }) {
  const { t } = useTranslation("settings");
  const before = splitModel(form.setting("LLM__MODEL")?.value ?? "").provider;
  const moved =
    before !== splitModel(form.value("LLM__MODEL")).provider ||
    (form.setting("LLM__BASE_URL")?.value ?? "") !== form.value("LLM__BASE_URL");
  if (!moved || form.value("LLM__API_KEY") !== KEPT) return null;
  return (
    <p role="status" className="rounded-lg bg-ochre-wash px-3 py-2 text-ochre">
      {t("key.ofAnother")}
    </p>
  );
}
