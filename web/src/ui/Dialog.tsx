import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, type Look } from "./Button";

/** A modal: the browser's own, which keeps the focus in; it goes back to where it was, or to the page's heading when
 * what was done took the opener away. Mounted only while open. */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  wide?: boolean;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      backTo(before);
    };
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      onCancel={(event) => event.stopPropagation()}
      className={`m-auto max-h-[85dvh] w-[calc(100%-2rem)] overflow-y-auto rounded-lg border border-line bg-sheet p-6 text-ink shadow-float ${wide ? "max-w-2xl" : "max-w-md"}`}
    >
      <h2 id={id} className="mb-3 text-lg">
        {title}
      </h2>
      {children}
    </dialog>
  );
}

function backTo(opener: Element | null): void {
  const there = opener instanceof HTMLElement && opener.isConnected && opener !== document.body;
  const to = there ? opener : document.querySelector<HTMLElement>("h1");
  to?.focus({ preventScroll: !there });
}

/** Asks before something that cannot be taken back by the same click. `text` says what is kept. */
export function Confirm({
  title,
  text,
  action,
  look = "primary",
  busy = false,
  error,
  onConfirm,
  onClose,
}: {
  title: string;
  text: string;
  action: string;
  look?: Look;
  busy?: boolean;
  error?: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="mb-6 text-soft">{text}</p>
      <Said error={error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t("action.back")}</Button>
        <Button look={look} busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}

/** Why something did not work, said aloud when it comes. */
export function Said({ error }: { error?: string }) {
  return (
    <div role="alert">
      {error ? <p className="mb-4 rounded-lg bg-rust-wash px-3 py-2 text-rust">{error}</p> : null}
    </div>
  );
}
