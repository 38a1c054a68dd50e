import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";

export function TaskPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.tasks")}>{null}</Page>;
}
