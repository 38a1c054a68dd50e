import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askPermission, usePermission } from "../../events/tell";
import { Button } from "../../ui/Button";

/** On every page where one waits: a button that asks the browser to tell when the person is needed. The browser
 * asks nothing before the click; once it has answered, the button is gone. */
export function TellMe({ className = "" }: { className?: string }) {
  const { t } = useTranslation("task");
  const permission = usePermission();
  const [asked, setAsked] = useState(false);
  if (permission !== "default" && !asked) return null;
  return (
    <div className={className} role="status">
      {permission === "default" ? (
        <Button
          small
          look="quiet"
          className="-mx-3"
          onClick={() => {
            setAsked(true);
            void askPermission();
          }}
        >
          <Bell />
          {t("notify.ask")}
        </Button>
      ) : (
        <p className="text-soft">{t(permission === "granted" ? "notify.on" : "notify.off")}</p>
      )}
    </div>
  );
}

function Bell() {
  return (
    <svg
      viewBox="0 0 16 16"
      className="size-4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M4 11V7a4 4 0 0 1 8 0v4l1 1.5H3zM6.8 14.2h2.4" />
    </svg>
  );
}
