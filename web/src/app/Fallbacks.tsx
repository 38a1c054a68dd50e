import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "./Page";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")}>
      <p className="mb-4 text-soft">{t("notFound.text")}</p>
      <Link to="/" className="prose-link">
        {t("notFound.home")}
      </Link>
    </Page>
  );
}

/** A page whose code failed; the shell around it goes on. What was loaded of it may be of another version. */
export function Broken({ reset }: { reset: () => void }) {
  const { t } = useTranslation();
  return (
    <Page title={t("broken.title")}>
      <p className="mb-4 text-soft">{t("broken.text")}</p>
      <button
        type="button"
        className="prose-link"
        onClick={() => (navigator.onLine ? location.reload() : reset())}
      >
        {t("action.reload")}
      </button>
    </Page>
  );
}
