import { useTranslation } from "react-i18next";

/** A setting that is fixed elsewhere: what it is, and why it cannot be changed here. */
export function Locked({ label, value, why }: { label: string; value: string; why: string }) {
  const { t } = useTranslation("settings");
  return (
    <dl>
      <dt className="mb-1.5 font-medium">{label}</dt>
      <dd className="m-0">
        <p className="flex min-h-11 items-center gap-2 rounded-lg border border-line px-3 py-2">
          <svg
            viewBox="0 0 16 16"
            className="size-4 shrink-0 text-soft"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.6"
            aria-hidden="true"
          >
            <path d="M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
          </svg>
          <span className="min-w-0 [overflow-wrap:anywhere]">{value || t("notSet")}</span>
        </p>
        <p className="mt-1.5 text-soft text-xs">{why}</p>
      </dd>
    </dl>
  );
}
