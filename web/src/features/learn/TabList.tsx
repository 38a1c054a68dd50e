import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { CONTENT_TYPES, type ContentType, type ItemStatus } from "../../api/types";
import { StatusMark } from "../../ui/StatusMark";

/** The three parts of a concept as tabs; arrows move between them. */
export function TabList({
  open,
  statusOf,
  onChoose,
  children,
}: {
  open: ContentType;
  statusOf: (type: ContentType) => ItemStatus;
  onChoose: (type: ContentType) => void;
  children: ReactNode;
}) {
  const { t } = useTranslation(["learn", "common"]);
  const list = useRef<HTMLDivElement>(null);
  const pressed = (event: KeyboardEvent) => {
    const onward = document.dir === "rtl" ? -1 : 1;
    const by = { ArrowRight: onward, ArrowLeft: -onward }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = (CONTENT_TYPES.indexOf(open) + by + CONTENT_TYPES.length) % CONTENT_TYPES.length;
    onChoose(CONTENT_TYPES[at] ?? open);
    list.current?.querySelectorAll("button")[at]?.focus();
  };
  return (
    <>
      <div className="learn-tabs">
        <div
          ref={list}
          role="tablist"
          aria-label={t("page.sections")}
          onKeyDown={pressed}
          className="flex gap-1"
        >
          {CONTENT_TYPES.map((type) => (
            <button
              key={type}
              type="button"
              role="tab"
              id={`tab-${type}`}
              aria-selected={type === open}
              aria-controls="tab-panel"
              tabIndex={type === open ? 0 : -1}
              onClick={() => onChoose(type)}
              className={`flex min-h-11 items-center gap-2 border-b-2 px-3 font-medium ${type === open ? "border-moss text-ink" : "border-transparent text-soft hover:text-ink"}`}
            >
              {t(`common:content.${type}`)}
              {statusOf(type) !== "completed" && <StatusMark status={statusOf(type)} />}
            </button>
          ))}
        </div>
      </div>
      <div
        role="tabpanel"
        id="tab-panel"
        aria-labelledby={`tab-${open}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel of tabs is reached by Tab
        tabIndex={0}
        className="pt-6 outline-offset-8"
      >
        {children}
      </div>
    </>
  );
}
