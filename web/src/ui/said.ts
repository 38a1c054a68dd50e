import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type en from "../locales/en/said.json";
import { useFormat } from "./format";

/** A sentence of the server by its code, for any language. */
export interface Said {
  code: string;
  params: Record<string, string | number>;
}

/** What a check found: where, in the server's words, and by code where no model wrote it. */
export interface Found {
  where: string;
  message: string;
  said: Said | null;
}

type Code = keyof typeof en.sentence;

function isCode(code: string): code is Code {
  return i18next.exists(`sentence.${code}`, { ns: "said" });
}

/** Params that are language tags; each interface names languages in its own. */
const LANGUAGES: readonly string[] = ["language", "found"];
const LEVELS = ["beginner", "intermediate", "advanced"] as const;
const PLACES = {
  roadmap: "plan",
  framework: "plan",
  left_out: "leftOut",
  "title and stages": "head",
  tutorial: "lesson",
} as const;

function isPlace(where: string): where is keyof typeof PLACES {
  return where in PLACES;
}

/** The server's sentences in the interface's language; those that a model wrote as they are. */
export function useSaid() {
  const { t, i18n } = useTranslation(["said", "common"]);
  const format = useFormat();

  function shown(name: string, value: string | number): string {
    if (typeof value === "number") return format.number(value);
    if (LANGUAGES.includes(name)) return languageName(i18n.language, value);
    const level = name === "level" ? LEVELS.find((one) => one === value) : undefined;
    return level ? t(`common:level.${level}`) : value;
  }

  function sentence(said: Said | null | undefined, otherwise: string): string {
    if (!said || !isCode(said.code)) return otherwise;
    const params = Object.entries(said.params).map(([name, value]) => [name, shown(name, value)]);
    return t(`sentence.${said.code}`, Object.fromEntries(params));
  }

  function place(where: string): string {
    if (isPlace(where)) return t(`place.${PLACES[where]}`);
    const line = /^line (\d+)$/.exec(where)?.[1];
    return line ? t("place.line", { line }) : where;
  }

  return {
    sentence,
    finding: (found: Found) =>
      [place(found.where), sentence(found.said, found.message)].filter(Boolean).join(": "),
  };
}

function languageName(language: string, tag: string): string {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // not a language tag
  }
}
