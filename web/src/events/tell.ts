import i18next from "i18next";
import { useSyncExternalStore } from "react";
import type { TaskStatus } from "../api/types";

/** What the browser lets this app tell; "denied" also where it can tell nothing at all. */
export function permission(): NotificationPermission {
  return "Notification" in window && window.isSecureContext ? Notification.permission : "denied";
}

const watchers = new Set<() => void>();

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function usePermission(): NotificationPermission {
  return useSyncExternalStore(watch, permission);
}

/** Lets the browser ask the person; only ever after a click. */
export async function askPermission(): Promise<void> {
  await Notification.requestPermission();
  for (const watcher of watchers) watcher();
}

/** A notification when a task begins to wait for the person or ends, if that is allowed and nobody looks. */
export function tell(taskId: string, title: string, status: TaskStatus): void {
  const word = wordFor(status);
  if (!word || !document.hidden || permission() !== "granted") return;
  const body = i18next.t(`task:notify.${word}`);
  try {
    const note = new Notification(title || i18next.t("product"), { body, tag: taskId });
    note.onclick = () => {
      window.focus();
      note.close();
    };
  } catch {
    // browsers of phones let no page do this, whatever they allow: the tab's title says it too
  }
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
