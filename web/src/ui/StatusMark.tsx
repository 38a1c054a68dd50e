import { useTranslation } from "react-i18next";
import type { OverallStatus, TaskStatus } from "../api/types";

export type Shown = TaskStatus | OverallStatus | "learned";

/** A status as a shape and a colour; the word is said to screen readers, and seen with `word`. */
export function StatusMark({
  status,
  word = false,
  className = "",
}: {
  status: Shown;
  word?: boolean;
  className?: string;
}) {
  const { t } = useTranslation();
  const label = t(`status.${status}`);
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${INK[status]} ${className}`}>
      <svg viewBox="0 0 16 16" className="size-3.5 shrink-0" aria-hidden="true" fill="currentColor">
        <Shape status={status} />
      </svg>
      <span className={word ? "font-medium" : "sr-only"}>{label}</span>
    </span>
  );
}

const INK: Record<Shown, string> = {
  pending: "text-soft",
  processing: "text-ochre",
  generating: "text-ochre",
  completed: "text-moss",
  failed: "text-rust",
  partial_failure: "text-rust",
  human_review_pending: "text-lake",
  paused: "text-soft",
  cancelled: "text-soft",
  learned: "text-moss",
};

const RING = { fill: "none", stroke: "currentColor", strokeWidth: 1.8 };

/** In a box of 16; ink from around it. */
export function Shape({ status }: { status: Shown }) {
  switch (status) {
    case "pending":
      return <circle cx="8" cy="8" r="6" {...RING} />;
    case "processing":
    case "generating":
      return (
        <>
          <circle cx="8" cy="8" r="6" {...RING} strokeOpacity="0.35" />
          <path d="M8 2a6 6 0 0 1 6 6H8z" className="origin-center animate-quarter" />
        </>
      );
    case "completed":
      return <circle cx="8" cy="8" r="6.5" />;
    case "failed":
      return <path d="M8 1.5 15 14H1z" />;
    case "partial_failure":
      return (
        <>
          <circle cx="8" cy="8" r="6" {...RING} />
          <path d="M8 2a6 6 0 0 0 0 12z" />
        </>
      );
    case "human_review_pending":
      return <path d="M8 1 15 8l-7 7-7-7z" />;
    case "paused":
      return <path d="M3.5 2h3v12h-3zM9.5 2h3v12h-3z" />;
    case "cancelled":
      return (
        <path
          d="m3 3 10 10M13 3 3 13"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.4"
          strokeLinecap="round"
        />
      );
    case "learned":
      return (
        <>
          <circle cx="8" cy="8" r="7" />
          <path d="m4.8 8.2 2.3 2.3 4.2-4.8" fill="none" stroke="var(--sheet)" strokeWidth="1.8" />
        </>
      );
    default:
      return status satisfies never;
  }
}
