import type { ReactNode } from "react";

/** Something most people do not need, folded; opened by itself when something in it is wrong. */
export function Folded({
  title,
  note,
  open = false,
  children,
}: {
  title: string;
  note: string;
  open?: boolean;
  children: ReactNode;
}) {
  return (
    <details className="group rounded-lg border border-line bg-sheet" open={open || undefined}>
      <summary className="flex min-h-14 list-none items-center gap-3 rounded-lg px-4 py-3 [&::-webkit-details-marker]:hidden">
        <svg
          viewBox="0 0 16 16"
          className="size-4 shrink-0 transition-transform group-open:rotate-90"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
          aria-hidden="true"
        >
          <path d="m6 3 5 5-5 5" />
        </svg>
        <span>
          <span className="block font-medium">{title}</span>
          <span className="block text-soft text-xs">{note}</span>
        </span>
      </summary>
      <div className="space-y-6 px-4 pt-2 pb-6">{children}</div>
    </details>
  );
}
