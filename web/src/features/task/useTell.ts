import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Task, TaskStatus } from "../../api/types";

/** A browser notification when the task begins to wait for the person or ends, if allowed and nobody looks. */
export function useTellWhenNeeded(task: Task): void {
  const { t } = useTranslation("task");
  const before = useRef<TaskStatus>(task.status);
  useEffect(() => {
    if (before.current === task.status) return;
    before.current = task.status;
    const body = wordFor(task.status);
    if (!body || !document.hidden || !("Notification" in window) || Notification.permission !== "granted")
      return;
    new Notification(task.title, { body: t(`notify.${body}`), tag: task.task_id });
  }, [task.status, task.title, task.task_id, t]);
}

function wordFor(status: TaskStatus): "decision" | "ready" | "failed" | null {
  switch (status) {
    case "human_review_pending":
      return "decision";
    case "completed":
    case "partial_failure":
      return "ready";
    case "failed":
      return "failed";
    case "pending":
    case "processing":
    case "paused":
    case "cancelled":
      return null;
    default:
      return status satisfies never;
  }
}
