import { type ReactNode, useId } from "react";

/** One part of the page. */
export function Block({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="text-lg">
        {title}
      </h2>
      {note ? <p className="mt-1 max-w-prose text-soft">{note}</p> : null}
      <div className="mt-4 space-y-4">{children}</div>
    </section>
  );
}
