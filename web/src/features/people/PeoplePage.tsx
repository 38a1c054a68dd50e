import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";
import { meQuery, optionsQuery } from "../login/session";
import { Audit } from "./Audit";
import { Invites } from "./Invites";
import { OfferedRoadmaps } from "./OfferedRoadmaps";
import { People } from "./People";

/** For admins: who is here, who may come, what is shown to everybody, what happened. */
export function PeoplePage() {
  const { t } = useTranslation("people");
  const me = useQuery(meQuery());
  const options = useQuery(optionsQuery());
  const mayNot = me.data && me.data.role !== "admin";
  if (mayNot || options.data?.mode === "local") return <Navigate to="/" replace />;
  return (
    <Page title={t("title")}>
      <div className="space-y-12">
        <People myId={me.data?.user_id} />
        <Invites />
        <OfferedRoadmaps />
        <Audit />
      </div>
    </Page>
  );
}
