import { useTranslation } from "react-i18next";
import { Folded } from "../../ui/Folded";
import { AGENTS, agentField } from "./fields";
import { AnyField } from "./SettingField";
import type { Form } from "./useSettingsForm";

/** A model of its own for each kind of work, folded: most people never need it. */
export function AgentFields({ form }: { form: Form }) {
  const { t } = useTranslation("settings");
  const own = AGENTS.filter((agent) => form.value(agentField(agent, "MODEL")) !== "").length;
  const wrong = AGENTS.some((agent) =>
    (["MODEL", "BASE_URL", "API_KEY"] as const).some((what) => form.errorOf(agentField(agent, what))),
  );
  return (
    <Folded
      title={t("model.agents")}
      note={own > 0 ? t("model.agentsNote", { count: own }) : t("model.agentsNone")}
      open={wrong}
    >
      {AGENTS.map((agent) => (
        <fieldset key={agent} className="border-line pt-4 not-first:border-t">
          <legend className="float-left mb-3 w-full text-base">{t(`agent.${agent}`)}</legend>
          <div className="clear-both grid items-start gap-4 sm:grid-cols-2">
            <div className="sm:col-span-2">
              <AnyField
                form={form}
                name={agentField(agent, "MODEL")}
                label={t("model.agentModel")}
                hint={t("model.agentModelHint", { example: "openai:gpt-5-mini" })}
                kind="text"
              />
            </div>
            <AnyField
              form={form}
              name={agentField(agent, "BASE_URL")}
              label={t("model.agentUrl")}
              kind="url"
            />
            <AnyField
              form={form}
              name={agentField(agent, "API_KEY")}
              label={t("model.agentKey")}
              kind="key"
            />
          </div>
        </fieldset>
      ))}
    </Folded>
  );
}
