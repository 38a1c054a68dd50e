import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";
import { useRoadmap } from "../../events/live";

export function RoadmapPage() {
  const { t } = useTranslation("learn");
  const { roadmapId } = useParams({ from: "/roadmap/$roadmapId" });
  const roadmap = useRoadmap(roadmapId);
  return <Page title={roadmap.data?.title ?? t("mapTitle")}>{null}</Page>;
}
