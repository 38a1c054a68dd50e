import { useTranslation } from "react-i18next";
import { isServersLanguage } from "../../api/problems";
import type { Settings } from "./server";
import { isKey, sentence } from "./values";

/** What is wrong with a setting, in the interface's language: the server's words where it speaks that, else what
 * is allowed there. */
export function useFieldWords(settings: Settings): (name: string | undefined, said: string) => string {
  const { t, i18n } = useTranslation("settings");
  return (name, said) => {
    if (isServersLanguage(i18n.language)) return sentence(said);
    const setting = name === undefined ? undefined : settings.get(name);
    if (setting?.number) {
      const { min, max, above } = setting;
      if (min === undefined) return t("wrong.number");
      if (max !== undefined) return t("wrong.between", { min, max });
      return above ? t("wrong.above", { min }) : t("wrong.atLeast", { min });
    }
    if (name?.endsWith("BASE_URL")) return t("wrong.address");
    if (name !== undefined && isKey(name)) return t("wrong.key");
    if (name?.endsWith("MODEL")) return t("wrong.model");
    return t("wrong.value");
  };
}
