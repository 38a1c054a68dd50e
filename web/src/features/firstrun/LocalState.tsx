import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { LocalInstall } from "./LocalInstall";
import { modelQuery, useInstall } from "./useModel";

/** For the settings: whether a local model is here, and a way to get it. */
export function LocalState({ name }: { name: string }) {
  const { t } = useTranslation("firstrun");
  const model = useQuery(modelQuery());
  const get = useInstall();
  const wanted = model.data?.choices.find((one) => one.name === name);
  if (!model.data || !wanted) return null;
  if (wanted.installed) return <p className="text-soft">{t("local.here", { title: wanted.title })}</p>;
  return <LocalInstall model={model.data} wanted={wanted} get={get} />;
}
