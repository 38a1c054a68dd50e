import { useTranslation } from "react-i18next";
import type { RoadmapSummary } from "../../api/types";
import { Confirm } from "../../ui/Dialog";
import { lossOf } from "./loss";

/** Asks before a roadmap is lost, and says what is lost with it. */
export function ForGood({
  roadmap,
  busy,
  error,
  onConfirm,
  onClose,
}: {
  roadmap: RoadmapSummary;
  busy: boolean;
  error?: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("trash");
  const { texts, learned } = lossOf(roadmap);
  const { title } = roadmap;
  const text = [
    texts > 0 ? t("lostContent", { title, count: texts }) : t("lostPlan", { title }),
    learned > 0 ? t("lostLearned", { count: learned }) : "",
    texts > 0 ? t("keep") : "",
  ];
  return (
    <Confirm
      title={t("confirmTitle")}
      text={text.filter(Boolean).join(" ")}
      action={t("forGood")}
      look="danger"
      busy={busy}
      error={error}
      onConfirm={onConfirm}
      onClose={onClose}
    />
  );
}
