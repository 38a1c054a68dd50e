import type { ReactNode } from "react";
import { usePageTitle } from "../../app/Page";
import { Hills } from "../home/FirstGoal";

/** A page with one thing to do, before the app itself. */
export function Frame({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const heading = usePageTitle(title);
  return (
    <div className="relative flex flex-1 items-center overflow-hidden">
      <Hills />
      <div className="relative mx-auto w-full max-w-md px-4 py-10 sm:py-16">
        <div className="rounded-lg border border-line bg-sheet p-5 shadow-float sm:p-8">
          <h1 ref={heading} tabIndex={-1} className="font-serif text-2xl">
            {title}
          </h1>
          {note ? <p className="mt-2 text-soft">{note}</p> : null}
          <div className="mt-6 space-y-5">{children}</div>
        </div>
      </div>
    </div>
  );
}
