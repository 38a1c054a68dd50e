import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";

export function TrashPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.trash")}>{null}</Page>;
}
