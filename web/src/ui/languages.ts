const CODES = [
  "en",
  "zh",
  "es",
  "fr",
  "de",
  "pt",
  "it",
  "nl",
  "pl",
  "uk",
  "ru",
  "tr",
  "ar",
  "he",
  "hi",
  "bn",
  "id",
  "vi",
  "th",
  "ja",
  "ko",
]; // prettier-ignore

/** Languages to learn in, named in the interface's language, sorted; `extra` is kept although it is not listed. */
export function languageOptions(language: string, extra = ""): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language], { type: "language" });
  const codes = extra && !CODES.includes(extra) ? [...CODES, extra] : CODES;
  return codes
    .map((value) => ({ value, label: names.of(value) ?? value }))
    .sort((one, other) => one.label.localeCompare(other.label, language));
}
