import { useTranslation } from "react-i18next";
import type messages from "../../locales/en/firstrun.json";
import type { Install } from "./useModel";

type FaultCode = keyof typeof messages.installFault;

/** Why an installation ended before all was here; nothing while there is nothing to say. */
export function InstallWords({ install }: { install: Install }) {
  const { t, i18n } = useTranslation("firstrun");
  const { state, error } = install;
  const isKnown = (code: string): code is FaultCode =>
    i18n.exists(`installFault.${code}`, { ns: "firstrun" });
  return (
    <div role="status">
      {state === "cancelled" ? <p>{t("local.stopped")}</p> : null}
      {state === "failed" && error ? (
        <p className="rounded-lg bg-rust-wash px-3 py-2 text-rust">
          {isKnown(error.code) ? t(`installFault.${error.code}`) : error.message}
        </p>
      ) : null}
    </div>
  );
}
