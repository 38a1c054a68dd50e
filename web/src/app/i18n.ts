import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { fetched } from "./code";

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = "trailwright.language";
const files = import.meta.glob<{ default: Record<string, unknown> }>("../locales/*/*.json");

function isLanguage(value: string | null | undefined): value is Language {
  return LANGUAGES.some((one) => one === value);
}

/** The language chosen here, else the browser's first that we have, else English. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (isLanguage(kept)) return kept;
  const spoken = navigator.languages.map((tag) => tag.split("-")[0]);
  return spoken.find(isLanguage) ?? "en";
}

async function load(language: Language): Promise<void> {
  const wanted = Object.entries(files).filter(([path]) => path.includes(`/${language}/`));
  await Promise.all(
    wanted.map(async ([path, read]) => {
      const namespace = path.split("/").at(-1)?.replace(".json", "") ?? "";
      i18next.addResourceBundle(language, namespace, (await fetched(read)).default);
    }),
  );
}

/** Loads one language's messages and makes it the interface's; kept in this browser. */
export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : language;
  document.documentElement.dir = i18next.dir(language);
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await setLanguage(language);
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    defaultNS: "common",
    ns: ["common"],
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await setLanguage(preferredLanguage());
}
