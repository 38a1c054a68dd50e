import { useTranslation } from "react-i18next";

/** Numbers, dates and money as the interface's language writes them. */
export function formats(language: string) {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const cents = new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
  });
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  return {
    number: (value: number) => number.format(value),
    /** 0–100. */
    percent: (value: number) => percent.format(value / 100),
    short: (value: number) => short.format(value),
    /** US dollars; less than a cent is said with two digits that matter. */
    money: (usd: number) =>
      usd > 0 && usd < 0.01
        ? new Intl.NumberFormat(language, {
            style: "currency",
            currency: "USD",
            maximumSignificantDigits: 1,
          }).format(usd)
        : cents.format(usd),
    day: (time: string | Date) => day.format(new Date(time)),
    moment: (time: string | Date) => moment.format(new Date(time)),
    clock: (time: string | Date) => clock.format(new Date(time)),
    /** Never in the future: the page's clock ticks slower than the server's. */
    ago: (time: string, now: number) =>
      relative.format(...inUnits(Math.min(0, (Date.parse(time) - now) / 1000))),
  };
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30.44],
  ["month", 12],
];

/** Seconds in the largest unit that holds at least one of it. */
export function inUnits(seconds: number): [number, Intl.RelativeTimeFormatUnit] {
  let value = seconds;
  for (const [unit, size] of UNITS) {
    if (Math.abs(value) < size - 0.5) return [Math.round(value) || 0, unit];
    value /= size;
  }
  return [Math.round(value), "year"];
}

type Formats = ReturnType<typeof formats>;

/** One set a language for the whole app: a formatter costs a good part of a millisecond to make. */
const made = new Map<string, Formats>();

export function useFormat(): Formats {
  const { i18n } = useTranslation();
  const language = i18n.language === "zh" ? "zh-CN" : i18n.language;
  const known = made.get(language) ?? formats(language);
  made.set(language, known);
  return known;
}
