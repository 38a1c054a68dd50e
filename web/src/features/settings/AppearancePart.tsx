import { useState } from "react";
import { useTranslation } from "react-i18next";
import { APPEARANCES, type Appearance, chooseAppearance, storedAppearance } from "../../app/appearance";
import { chooseLanguage, LANGUAGES, type Language } from "../../app/i18n";
import { Choice } from "../../ui/Field";
import { Part } from "./Part";

/** Each language under its own name, so that whoever reads it finds it. */
function ownName(language: Language): string {
  return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
}

/** How the app looks and speaks in this browser; takes effect at once. */
export function AppearancePart() {
  const { t, i18n } = useTranslation("settings");
  const [appearance, setAppearance] = useState<Appearance>(storedAppearance);
  const language = LANGUAGES.find((one) => one === i18n.language) ?? "en";
  return (
    <Part id="appearance" title={t("parts.appearance")} note={t("appearance.note")}>
      <Choice
        label={t("appearance.light")}
        value={appearance}
        onChange={(next) => {
          setAppearance(next);
          chooseAppearance(next);
        }}
        options={APPEARANCES.map((value) => ({ value, label: t(`appearance.${value}Look`) }))}
      />
      <Choice
        label={t("appearance.language")}
        value={language}
        onChange={(next) => void chooseLanguage(next)}
        options={LANGUAGES.map((value) => ({ value, label: ownName(value) }))}
      />
    </Part>
  );
}
