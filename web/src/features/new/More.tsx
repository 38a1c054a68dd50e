import { useTranslation } from "react-i18next";
import { AreaField, Check, NumberField, SelectField, TextField } from "../../ui/Field";
import { Folded } from "../../ui/Folded";
import { languageOptions } from "../../ui/languages";
import { type Draft, KINDS, type Wrong } from "./order";

/** The rest of the form, folded: opened by itself when something in it is wrong. */
export function More({
  draft,
  wrong,
  onChange,
}: {
  draft: Draft;
  wrong: Wrong;
  onChange: (part: Partial<Draft>) => void;
}) {
  const { t } = useTranslation("make");
  return (
    <Folded title={t("more")} note={t("moreNote")} open={wrong.deadline || wrong.limit}>
      <div className="grid gap-6 sm:grid-cols-2">
        <TextField
          type="date"
          label={t("deadline")}
          value={draft.deadline}
          error={wrong.deadline ? t("deadlinePast") : undefined}
          onChange={(deadline) => onChange({ deadline })}
        />
        <TextField
          label={t("motivation")}
          hint={t("motivationHint")}
          value={draft.motivation}
          maxLength={2000}
          onChange={(motivation) => onChange({ motivation })}
        />
        <div className="sm:col-span-2">
          <PersonFields draft={draft} onChange={onChange} />
        </div>
        <div className="sm:col-span-2">
          <AreaField
            label={t("context")}
            value={draft.context}
            rows={2}
            onChange={(context) => onChange({ context })}
          />
        </div>
        <NumberField
          label={t("limit")}
          hint={t("limitHint")}
          error={wrong.limit ? t("limitWrong") : undefined}
          value={draft.limit}
          min={0}
          step={0.01}
          onChange={(limit) => onChange({ limit })}
        />
        <div className="self-center">
          <Check label={t("approve")} checked={draft.approve} onChange={(approve) => onChange({ approve })} />
        </div>
      </div>
    </Folded>
  );
}

type Person = Pick<Draft, "background" | "role" | "industry" | "stack" | "kinds" | "language" | "second">;

/** What is about the person rather than the goal; the settings show the same. */
export function PersonFields({
  draft,
  onChange,
}: {
  draft: Person;
  onChange: (part: Partial<Person>) => void;
}) {
  const { t, i18n } = useTranslation("make");
  return (
    <div className="grid gap-6 sm:grid-cols-2">
      <div className="sm:col-span-2">
        <AreaField
          label={t("background")}
          value={draft.background}
          rows={2}
          maxLength={2000}
          onChange={(background) => onChange({ background })}
        />
      </div>
      <TextField
        label={t("role")}
        value={draft.role}
        maxLength={200}
        onChange={(role) => onChange({ role })}
      />
      <TextField
        label={t("industry")}
        value={draft.industry}
        maxLength={200}
        onChange={(industry) => onChange({ industry })}
      />
      <AreaField
        label={t("stack")}
        hint={t("stackHint")}
        value={draft.stack}
        rows={2}
        onChange={(stack) => onChange({ stack })}
      />
      <fieldset>
        <legend className="mb-1.5 font-medium">{t("kinds")}</legend>
        <div className="grid grid-cols-2 gap-3 pt-1">
          {KINDS.map((kind) => (
            <Check
              key={kind}
              label={t(`kind.${kind}`)}
              checked={draft.kinds.includes(kind)}
              onChange={(checked) =>
                onChange({
                  kinds: checked ? [...draft.kinds, kind] : draft.kinds.filter((one) => one !== kind),
                })
              }
            />
          ))}
        </div>
      </fieldset>
      <SelectField
        label={t("language")}
        value={draft.language}
        options={languageOptions(i18n.language, draft.language)}
        onChange={(language) => onChange({ language })}
      />
      <SelectField
        label={t("second")}
        value={draft.second}
        options={[{ value: "", label: t("none") }, ...languageOptions(i18n.language, draft.second)]}
        onChange={(second) => onChange({ second })}
      />
    </div>
  );
}
