import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { profileQuery } from "../../api/queries";
import { Page } from "../../app/Page";
import { Bars } from "../../ui/Shapes";
import { ModelGate } from "../firstrun/ModelGate";
import { GoalForm } from "./GoalForm";

export function NewPage() {
  const { t } = useTranslation("make");
  const { goal = "" } = useSearch({ from: "/new" });
  const profile = useQuery(profileQuery());
  return (
    <Page title={t("title")}>
      <ModelGate>
        {profile.isPending ? <Bars lines={6} /> : <GoalForm profile={profile.data} goal={goal} />}
      </ModelGate>
    </Page>
  );
}
