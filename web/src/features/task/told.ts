import { useTranslation } from "react-i18next";
import type { TaskEvent } from "../../events/event";

/** An event as one line in the interface's language. */
export function useTold(): (event: TaskEvent) => string {
  const { t } = useTranslation("task");
  const { t: common } = useTranslation();
  return (event) => {
    const content = event.content_type ? common(`content.${event.content_type}`) : "";
    const part = { content, name: event.concept_name ?? "" };
    switch (event.type) {
      case "progress":
        return progress(event);
      case "human_review_required":
        return event.data?.version
          ? t("happened.review", { version: event.data.version })
          : t("happened.questions");
      case "concept_start":
        return t("happened.start", part);
      case "concept_complete":
        return t("happened.complete", part);
      case "concept_failed":
        return t("happened.failed", part);
      case "concept_requeued":
        return t("happened.requeued", part);
      case "concept_all_content_complete":
        return t("happened.concept", part);
      case "concepts_changed":
        return t("happened.changed");
      case "failed":
        return t("happened.taskFailed");
      case "cover_ready":
        return t("happened.cover");
      case "paused":
      case "resumed":
      case "retried":
      case "cancelled":
      case "completed":
      case "partial_failure":
        return t(`happened.${event.type}`);
      default:
        event.type satisfies never;
        return event.message;
    }
  };

  function progress(event: TaskEvent): string {
    if (event.step === "queued") return t("happened.accepted");
    if (event.progress && event.progress.current > 0 && event.step === "content_generation") {
      return t("happened.tenth", event.progress);
    }
    if (!event.step) return event.message;
    const step = t(`step.${event.step}`);
    return t(event.status === "completed" ? "happened.ended" : "happened.began", { step });
  }
}

/** The colour of a line; the words say the same. */
export function toneOf(event: TaskEvent): string {
  switch (event.type) {
    case "concept_failed":
    case "failed":
    case "partial_failure":
      return "text-rust";
    case "human_review_required":
      return "text-lake font-medium";
    case "concept_all_content_complete":
    case "completed":
      return "text-moss";
    case "concept_start":
    case "concept_requeued":
      return "text-soft";
    default:
      return "";
  }
}
