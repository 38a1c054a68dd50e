import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";

export function NewPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.new")}>{null}</Page>;
}
