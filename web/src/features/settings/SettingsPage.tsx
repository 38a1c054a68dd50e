import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";
import { AccountPart } from "../account/AccountPart";
import { useAccounts, useIsAdmin } from "../login/session";
import { AboutPart } from "./AboutPart";
import { AppearancePart } from "./AppearancePart";
import { useUnsaved } from "./drafts";
import { HealthPart } from "./HealthPart";
import { ProfilePart } from "./ProfilePart";
import { ReachPart } from "./ReachPart";
import { ServerParts } from "./ServerParts";

const PARTS = [
  "account",
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

type PartName = (typeof PARTS)[number];
/** Only an admin sets what holds for all. */
const OF_ADMINS: readonly PartName[] = ["model", "search", "covers", "limits"];

/** The parts that are there for this person, in their order. */
function useParts(): PartName[] {
  const accounts = useAccounts();
  const admin = useIsAdmin();
  return PARTS.filter((part) => (part !== "account" || accounts) && (!OF_ADMINS.includes(part) || admin));
}

export function SettingsPage() {
  const { t } = useTranslation(["settings", "common"]);
  const parts = useParts();
  return (
    <Page title={t("common:nav.settings")}>
      <div className="gap-8 lg:grid lg:grid-cols-[13rem_1fr]">
        <nav aria-label={t("partsLabel")} className="-mx-2 mb-8 lg:sticky lg:top-20 lg:self-start">
          <PartLinks parts={parts} />
        </nav>
        <div className="min-w-0 max-w-2xl">
          {parts.includes("account") ? <AccountPart /> : null}
          <ProfilePart />
          <AppearancePart />
          {parts.includes("model") ? <ServerParts /> : null}
          <ReachPart />
          <HealthPart />
          <AboutPart />
        </div>
      </div>
    </Page>
  );
}

/** To each part; those with unsaved changes say so. */
function PartLinks({ parts }: { parts: PartName[] }) {
  const { t } = useTranslation(["settings", "common", "account"]);
  const people = useAccounts() && parts.includes("model");
  const unsaved = useUnsaved();
  return (
    <ul className="flex flex-wrap gap-x-1 lg:block">
      {parts.map((part) => (
        <li key={part}>
          <a href={`#${part}`} className="flex min-h-9 items-center gap-2 rounded-lg px-2 hover:bg-moss-wash">
            {part === "account" ? t("account:part") : t(`parts.${part}`)}
            {unsaved.includes(part) ? (
              <span className="whitespace-nowrap text-ochre text-xs">{t("unsavedShort")}</span>
            ) : null}
          </a>
        </li>
      ))}
      {people ? (
        <li>
          <Link to="/users" className="flex min-h-9 items-center rounded-lg px-2 hover:bg-moss-wash">
            {t("account:menuPeople")}
          </Link>
        </li>
      ) : null}
      <li>
        <Link to="/trash" className="flex min-h-9 items-center rounded-lg px-2 hover:bg-moss-wash">
          {t("common:nav.trash")}
        </Link>
      </li>
    </ul>
  );
}
