import { type ReactNode, useId } from "react";

/** A titled piece of the account. */
export function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-line border-t pt-6">
      <h3 id={id} className="text-base">
        {title}
      </h3>
      {note ? <p className="mt-1 max-w-prose text-soft">{note}</p> : null}
      <div className="mt-4 space-y-4">{children}</div>
    </section>
  );
}
