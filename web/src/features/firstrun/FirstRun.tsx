import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Choice } from "../../ui/Field";
import { settingsQuery } from "../settings/server";
import { LocalPanel } from "./LocalPanel";
import { RemoteForm } from "./RemoteForm";
import { SERVER, withProvider } from "./remote";
import type { ModelState } from "./useModel";

const WAYS = ["local", "key", "server"] as const;
type Way = (typeof WAYS)[number];

/** Three ways to a model, one screen: on this machine, a provider's key, a server of one's own. */
export function FirstRun({ model }: { model: ModelState }) {
  const { t } = useTranslation("firstrun");
  const [way, setWay] = useState<Way>("local");
  const settings = useQuery(settingsQuery());
  const locked = settings.data?.get("LLM__MODEL")?.locked ?? false;
  if (locked) return <Fixed model={model} />;
  return (
    <Panel title={t("title")} note={t("note")}>
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
      {way === "key" ? <RemoteForm key="key" begin={withProvider("openai")} /> : null}
      {way === "server" ? <RemoteForm key="server" begin={SERVER} /> : null}
    </Panel>
  );
}

/** Where the environment names the model, only what it still lacks can be done here. */
function Fixed({ model }: { model: ModelState }) {
  const { t } = useTranslation("firstrun");
  const local = model.model === "local";
  return (
    <Panel title={t("title")} note={t("fixed", { model: model.model, name: "TRAILWRIGHT_LLM__MODEL" })}>
      <p role="alert">{model.problem?.message}</p>
      {local ? <LocalPanel model={model} /> : null}
      <Link to="/settings" hash="model" className="prose-link">
        {t("toSettings")}
      </Link>
    </Panel>
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
