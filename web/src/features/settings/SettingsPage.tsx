import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";
import { AboutPart } from "./AboutPart";
import { AppearancePart } from "./AppearancePart";
import { useUnsaved } from "./drafts";
import { HealthPart } from "./HealthPart";
import { ProfilePart } from "./ProfilePart";
import { ReachPart } from "./ReachPart";
import { ServerParts } from "./ServerParts";

const PARTS = [
  "profile",
  "appearance",
  "model",
  "search",
  "covers",
  "limits",
  "reach",
  "health",
  "about",
] as const;

export function SettingsPage() {
  const { t } = useTranslation(["settings", "common"]);
  return (
    <Page title={t("common:nav.settings")}>
      <div className="gap-8 lg:grid lg:grid-cols-[13rem_1fr]">
        <nav aria-label={t("partsLabel")} className="-mx-2 mb-8 lg:sticky lg:top-20 lg:self-start">
          <PartLinks />
        </nav>
        <div className="min-w-0 max-w-2xl">
          <ProfilePart />
          <AppearancePart />
          <ServerParts />
          <ReachPart />
          <HealthPart />
          <AboutPart />
        </div>
      </div>
    </Page>
  );
}

/** To each part; those with unsaved changes say so. */
function PartLinks() {
  const { t } = useTranslation(["settings", "common"]);
  const unsaved = useUnsaved();
  return (
    <ul className="flex flex-wrap gap-x-1 lg:block">
      {PARTS.map((part) => (
        <li key={part}>
          <a href={`#${part}`} className="flex min-h-9 items-center gap-2 rounded-lg px-2 hover:bg-moss-wash">
            {t(`parts.${part}`)}
            {unsaved.includes(part) ? (
              <span className="whitespace-nowrap text-ochre text-xs">{t("unsavedShort")}</span>
            ) : null}
          </a>
        </li>
      ))}
      <li>
        <Link to="/trash" className="flex min-h-9 items-center rounded-lg px-2 hover:bg-moss-wash">
          {t("common:nav.trash")}
        </Link>
      </li>
    </ul>
  );
}
