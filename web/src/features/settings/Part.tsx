import { type ReactNode, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";

/** One part of the settings: a place to jump to, with a heading and a line that says what it is for. */
export function Part({
  id,
  title,
  note,
  children,
}: {
  id: string;
  title: string;
  note?: string;
  children: ReactNode;
}) {
  const heading = useId();
  return (
    <section
      id={id}
      aria-labelledby={heading}
      tabIndex={-1}
      className="scroll-mt-20 border-line py-8 outline-none first:pt-0 not-first:border-t"
    >
      <h2 id={heading} className="text-lg">
        {title}
      </h2>
      {note ? <p className="mt-1 max-w-prose text-soft">{note}</p> : null}
      <div className="mt-5 space-y-6">{children}</div>
    </section>
  );
}

/** Save and discard; what came of it is said aloud. */
export function SaveBar({
  dirty,
  busy,
  saved,
  error,
  onDiscard,
  children,
}: {
  dirty: boolean;
  busy: boolean;
  saved: boolean;
  error?: string;
  onDiscard: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation("settings");
  const row = useRef<HTMLDivElement>(null);
  return (
    <div>
      <Said error={error} />
      <div ref={row} className="flex flex-wrap items-center gap-3">
        <Button type="submit" look={dirty ? "primary" : "plain"} busy={busy}>
          {t("save")}
        </Button>
        {children}
        {dirty ? (
          <Button
            look="quiet"
            onClick={() => {
              row.current?.querySelector("button")?.focus(); // the one that was clicked goes
              onDiscard();
            }}
          >
            {t("discard")}
          </Button>
        ) : null}
        <p role="status" className="text-soft">
          {dirty ? t("unsaved") : saved ? t("saved") : null}
        </p>
      </div>
    </div>
  );
}
