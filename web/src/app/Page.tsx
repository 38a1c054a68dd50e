import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { TaskStatus } from "../api/types";

/**
 * Says which page this is: the tab's title, and the focus on the heading after a navigation.
 * `prefix` goes before the tab's title (`useTitleMark`).
 */
export function usePageTitle(title: string, prefix = ""): (heading: HTMLHeadingElement | null) => void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${prefix}${title} · ${t("product")}`;
  }, [title, prefix, t]);
  const seen = useRef(false);
  return (heading) => {
    if (!heading || seen.current) return;
    seen.current = true;
    if (navigated()) heading.focus({ preventScroll: true });
  };
}

/** What the tab says before the page's name when a task waits for the person or has ended. */
export function useTitleMark(status: TaskStatus | undefined): string {
  const { t } = useTranslation();
  const mark = status && MARKS[status];
  return mark ? `${mark} ${t(`status.${status}`)} · ` : "";
}

const MARKS: Partial<Record<TaskStatus, string>> = {
  human_review_pending: "◆",
  completed: "●",
  partial_failure: "◐",
  failed: "▲",
};

let pages = 0;

/** False for the first page of a visit: there the browser's own order of focus is right. */
function navigated(): boolean {
  pages += 1;
  return pages > 1;
}

/** The frame of most pages: one heading, an optional line of actions beside it, the content. */
export function Page({
  title,
  actions,
  children,
  wide = false,
  status,
}: {
  title: string;
  /** Of a task that waits for the person: the tab says so. */
  status?: TaskStatus;
  actions?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}) {
  const heading = usePageTitle(title, useTitleMark(status));
  return (
    <div className={`mx-auto w-full px-4 py-6 sm:px-6 sm:py-8 ${wide ? "max-w-7xl" : "max-w-5xl"}`}>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <h1 ref={heading} tabIndex={-1} className="text-2xl tracking-tight">
          {title}
        </h1>
        {actions}
      </div>
      {children}
    </div>
  );
}
