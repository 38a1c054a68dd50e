import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** Dates, spans and shares as the interface's language writes them. */
export function useFormat() {
  const { i18n } = useTranslation();
  return useMemo(() => formats(i18n.language), [i18n.language]);
}

export function formats(language: string) {
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  return {
    date: (time: string) => (Number.isNaN(Date.parse(time)) ? "" : date.format(new Date(time))),
    /** `in 42 minutes`; up to a minute and a half in seconds. */
    inSeconds: (seconds: number) =>
      seconds < 90
        ? relative.format(Math.ceil(seconds), "second")
        : relative.format(Math.ceil(seconds / 60), "minute"),
    percent: (of100: number) => percent.format(of100 / 100),
  };
}
