import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Choice } from "../../ui/Field";
import { LocalInstall } from "./LocalInstall";
import { sizeIn } from "./progress";
import { type ModelState, useChooseLocal } from "./useModel";

const REASONS = ["missing", "processor", "broken"] as const;

/** Why no model can run on this machine. */
function NoRuntime({ problem }: { problem: NonNullable<ModelState["problem"]> }) {
  const { t } = useTranslation("firstrun");
  const reason = REASONS.find((one) => one === problem.reason);
  return <p role="alert">{t("noRuntime", { why: reason ? t(`runtime.${reason}`) : problem.message })}</p>;
}

/** The models that run on this machine: what they are, how large, under which licence; got here, and watched. */
export function LocalPanel({ model }: { model: ModelState }) {
  const { t, i18n } = useTranslation("firstrun");
  const [picked, setPicked] = useState<string>();
  const get = useChooseLocal();
  const { choices, install, problem } = model;
  if (problem?.code === "no_runtime") return <NoRuntime problem={problem} />;
  const asked = [picked, install.name].map((name) => choices.find((one) => one.name === name)).find(Boolean);
  const wanted = asked ?? choices.find((one) => one.chosen) ?? choices[0];
  if (!wanted) return null;
  return (
    <div className="space-y-4">
      {install.state === "running" ? null : (
        <Choice
          label={t("local.which")}
          value={wanted.name}
          onChange={setPicked}
          options={choices.map((one) => ({
            value: one.name,
            label: one.title,
            note: t(one.name === "0.5b" ? "local.smaller" : "local.larger", {
              size: sizeIn(one.bytes, i18n.language),
              licence: one.licence,
            }),
          }))}
        />
      )}
      <LocalInstall model={model} wanted={wanted} get={get} />
    </div>
  );
}
