import { useTranslation } from "react-i18next";
import { NumberField, SelectField, TextField } from "../../ui/Field";
import { useFormat } from "../../ui/format";
import type { ChoiceField, Field, Unit } from "./fields";
import { KeyField } from "./KeyField";
import { Locked } from "./Locked";
import type { Form } from "./useSettingsForm";
import { KEPT } from "./values";

interface Named {
  form: Form;
  name: string;
  label: string;
  hint?: string;
}

/** One setting as a field, or locked with the reason; nothing where the server does not know it. */
export function AnyField({
  form,
  name,
  label,
  hint,
  kind,
  unit,
}: Named & { kind: Field["kind"]; unit?: Unit }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const setting = form.setting(name);
  if (!setting) return null;
  if (setting.locked) return <LockedField form={form} name={name} label={label} unit={unit} />;
  const otherwise = (fallback: string) => {
    if (fallback !== "") return t("elseIs", { value: format.number(Number(fallback)) });
    return name === "LLM__MAX_CONCURRENCY" ? t("elseByModel") : t("elseNone");
  };
  const common = {
    label,
    hint,
    error: form.errorOf(name),
    value: form.value(name),
    onChange: (value: string) => form.change(name, value),
  };
  switch (kind) {
    case "key":
      return <KeyField {...common} saved={setting.value} />;
    case "number":
      return (
        <NumberField
          {...common}
          unit={unit ? t(`unit.${unit}`) : undefined}
          hint={`${hint} ${otherwise(setting.fallback)}`}
          min={setting.min}
          max={setting.max}
        />
      );
    case "text":
    case "url":
      return <TextField {...common} type={kind === "url" ? "url" : "text"} autoComplete="off" />;
    default:
      return kind satisfies never;
  }
}

export function LockedField({
  form,
  name,
  label,
  unit,
}: Pick<Named, "form" | "name" | "label"> & { unit?: Unit }) {
  const { t } = useTranslation("settings");
  const setting = form.setting(name);
  const value = setting?.value === KEPT ? t("key.set") : (setting?.value ?? "");
  const shown = value && unit ? `${value} ${t(`unit.${unit}`)}` : value;
  return <Locked label={label} value={shown} why={t("lockedBy", { name: `TRAILWRIGHT_${name}` })} />;
}

/** A setting with the words of the message file. */
export function SettingField({ form, field }: { form: Form; field: Field }) {
  const { t } = useTranslation("settings");
  const { name, kind, unit } = field;
  const [label, hint] = [t(`field.${name}.label`), t(`field.${name}.hint`)];
  return <AnyField form={form} name={name} label={label} hint={hint} kind={kind} unit={unit} />;
}

export function ChoiceSetting({ form, field }: { form: Form; field: ChoiceField }) {
  const { t } = useTranslation("settings");
  const label = t(`field.${field.name}.label`);
  const setting = form.setting(field.name);
  if (!setting) return null;
  if (setting.locked) return <LockedField form={form} name={field.name} label={label} />;
  const known = field.values.find((one) => one === form.value(field.name)) ?? field.values[0] ?? "none";
  return (
    <SelectField
      label={label}
      hint={t(`field.${field.name}.hint`)}
      value={known}
      onChange={(value) => form.change(field.name, value)}
      options={field.values.map((value) => ({ value, label: t(`choice.${value}`) }))}
    />
  );
}
