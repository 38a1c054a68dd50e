import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";
import { useRoadmap } from "../../events/live";

export function LearnPage() {
  const { t } = useTranslation("learn");
  const { roadmapId } = useParams({ from: "/roadmap/$roadmapId/learn/$conceptId" });
  const roadmap = useRoadmap(roadmapId);
  return <Page title={roadmap.data?.title ?? t("title")}>{null}</Page>;
}
