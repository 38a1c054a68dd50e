import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog that comes from below; mounted means open. The browser keeps the focus in it and gives it back. */
export function Sheet({ title, onClose, children }: Props) {
  const { t } = useTranslation("common");
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it; the keyboard has Escape
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      className={`max-h-[85dvh] w-full overflow-y-auto overscroll-contain bg-sheet p-0 text-ink shadow-float mt-auto mb-0 max-w-none rounded-t-2xl sm:mx-auto sm:max-w-lg`}
    >
      <div className="sticky top-0 z-10 flex items-center justify-between gap-4 border-line border-b bg-sheet px-5 py-2">
        <h2 id={heading} className="text-base">
          {title}
        </h2>
        <button
          type="button"
          onClick={onClose}
          aria-label={t("action.close")}
          className="-me-3 grid size-11 place-items-center rounded-lg text-soft hover:bg-moss-wash hover:text-ink"
        >
          <svg viewBox="0 0 16 16" className="size-4" aria-hidden="true">
            <path d="m3 3 10 10M13 3 3 13" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
          </svg>
        </button>
      </div>
      <div className="p-5">{children}</div>
    </dialog>
  );
}
