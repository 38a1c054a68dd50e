import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { profileQuery } from "../../api/queries";
import { Page } from "../../app/Page";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { ModelGate } from "../firstrun/ModelGate";
import { meQuery } from "../login/session";
import { GoalForm } from "./GoalForm";

/** What would be remembered is written over the profile: the form waits until the profile is here. */
export function NewPage() {
  const { t } = useTranslation("make");
  const { goal = "" } = useSearch({ from: "/new" });
  const profile = useQuery(profileQuery());
  const me = useQuery(meQuery());
  const failed = profile.data && me.data ? null : (profile.error ?? me.error);
  const again = () => Promise.all([profile.refetch(), me.refetch()]);
  return (
    <Page title={t("title")}>
      <ModelGate>
        {failed ? <Problem error={failed} onRetry={() => void again()} /> : null}
        {!failed && !(profile.data && me.data) ? <Bars lines={6} /> : null}
        {profile.data && me.data ? (
          <GoalForm profile={profile.data} goal={goal} owner={me.data.user_id} />
        ) : null}
      </ModelGate>
    </Page>
  );
}
