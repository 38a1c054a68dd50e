import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type messages from "../../locales/en/firstrun.json";
import { Choice } from "../../ui/Field";
import { Bars } from "../../ui/Shapes";
import { providerOf, splitModel } from "../settings/models";
import { settingsQuery } from "../settings/server";
import { LocalPanel } from "./LocalPanel";
import { RemoteForm } from "./RemoteForm";
import { SERVER, withProvider } from "./remote";
import type { ModelState } from "./useModel";

const WAYS = ["local", "key", "server"] as const;
type Way = (typeof WAYS)[number];
type LackCode = keyof typeof messages.lack;

/** Three ways to a model, one screen: on this machine, a provider's key, a server of one's own. */
export function FirstRun({ model }: { model: ModelState }) {
  const { t } = useTranslation("firstrun");
  const { provider } = splitModel(model.model);
  const known = providerOf(provider)?.key === true;
  const [way, setWay] = useState<Way>(known ? "key" : "local");
  const settings = useQuery(settingsQuery());
  const locked = settings.data?.get("LLM__MODEL")?.locked ?? false;
  if (settings.isPending) return <Bars lines={6} />;
  if (locked) return <Fixed model={model} />;
  return (
    <Panel title={t("title")} note={t("note")}>
      <Lack model={model} />
      <Choice
        label={t("how")}
        value={way}
        onChange={setWay}
        options={WAYS.map((value) => ({
          value,
          label: t(`ways.${value}`),
          note: t(`ways.${value}Note`),
        }))}
      />
      {way === "local" ? <LocalPanel model={model} /> : null}
      {way === "key" ? <RemoteForm key="key" begin={withProvider(known ? provider : "openai")} /> : null}
      {way === "server" ? <RemoteForm key="server" begin={SERVER} /> : null}
    </Panel>
  );
}

/** Where the environment names the model, only what it still lacks can be done here. */
function Fixed({ model }: { model: ModelState }) {
  const { t } = useTranslation("firstrun");
  return (
    <Panel title={t("title")} note={t("fixed", { model: model.model, name: "TRAILWRIGHT_LLM__MODEL" })}>
      <Lack model={model} />
      {model.model === "local" ? <LocalPanel model={model} /> : null}
    </Panel>
  );
}

/** What the model that is set lacks, when it is more than a download. */
function Lack({ model: { problem } }: { model: ModelState }) {
  const { t, i18n } = useTranslation("firstrun");
  if (!problem || problem.code === "not_installed" || problem.code === "no_runtime") return null;
  const isKnown = (code: string): code is LackCode => i18n.exists(`lack.${code}`, { ns: "firstrun" });
  return (
    <p className="rounded-lg bg-ochre-wash px-3 py-2 text-ochre">
      {isKnown(problem.code) ? t(`lack.${problem.code}`) : problem.message}{" "}
      <Link to="/settings" hash="model" className="underline">
        {t("toSettings")}
      </Link>
    </p>
  );
}

function Panel({ title, note, children }: { title: string; note: string; children: ReactNode }) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="mb-8 w-full max-w-3xl rounded-lg border border-line bg-sheet p-5 text-start sm:p-6"
    >
      <h2 id={id} className="text-lg">
        {title}
      </h2>
      <p className="mt-1 mb-5 max-w-prose text-soft">{note}</p>
      <div className="space-y-6">{children}</div>
    </section>
  );
}
