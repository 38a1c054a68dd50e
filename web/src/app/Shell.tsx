import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { isDoor, isOpenPage } from "../api/session";
import { AccountMenu } from "../features/account/AccountMenu";
import { meQuery, useAccounts } from "../features/login/session";
import { buttonLook } from "../ui/Button";
import { useLacking } from "./code";

function watchConnection(changed: () => void): () => void {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}

/** What is around every page: skip link, navigation, the note that one is offline. */
export function Shell() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(watchConnection, () => navigator.onLine);
  const lacking = useLacking();
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:start-2 focus:z-50 focus:rounded-lg focus:bg-moss focus:px-4 focus:py-2 focus:text-on-moss"
      >
        {t("skip")}
      </a>
      <header className="sticky top-0 z-20 border-line border-b bg-paper/95 backdrop-blur-sm">
        <nav
          aria-label={t("nav.label")}
          className="mx-auto flex h-14 max-w-7xl items-center gap-1 px-2 sm:px-6"
        >
          <Link
            to="/"
            className="me-auto flex items-center gap-2 rounded-lg px-2 py-2 font-semibold"
            activeOptions={{ exact: true, includeSearch: false }}
          >
            <Trail />
            <span className="max-[26rem]:sr-only">{t("product")}</span>
          </Link>
          <Ways />
        </nav>
      </header>
      {online && !lacking ? null : (
        <p role="status" className="bg-ochre-wash px-4 py-2 text-center text-ochre">
          {t(online ? "reconnecting" : "offline")}
        </p>
      )}
      <main id="content" tabIndex={-1} className="flex flex-1 flex-col outline-none">
        <Suspense fallback={<PageShape />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

/** Where one can go; who is not signed in can only do that. */
function Ways() {
  const { t } = useTranslation();
  const page = useRouterState({ select: ({ location }) => location.pathname });
  const door = isDoor(page);
  const accounts = useAccounts();
  const me = useQuery({ ...meQuery(), retry: false, enabled: !door }).data;
  if (door) return null;
  if (isOpenPage(page) && !me) return <SignIn />;
  return (
    <>
      <NavLink to="/new" label={t("nav.new")} icon="M8 3v10M3 8h10" strong />
      <NavLink to="/tasks" label={t("nav.tasks")} icon="M2.5 4h1M2.5 8h1M2.5 12h1M6 4h8M6 8h8M6 12h8" />
      <NavLink to="/trash" label={t("nav.trash")} icon="M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5 5 13h6l.5-8.5" />
      <NavLink
        to="/settings"
        label={t("nav.settings")}
        icon="M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M8.5 5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M4.5 11a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0"
      />
      {accounts && me ? <AccountMenu me={me} /> : null}
    </>
  );
}

function SignIn() {
  const { t } = useTranslation("share");
  const next = useRouterState({ select: ({ location }) => location.href });
  const accounts = useAccounts();
  if (!accounts) return null;
  return (
    <Link to="/login" search={{ next }} className={`${buttonLook("plain", true)} me-2`}>
      {t("signIn")}
    </Link>
  );
}

function NavLink({
  to,
  label,
  icon,
  strong = false,
}: {
  to: string;
  label: string;
  icon: string;
  strong?: boolean;
}) {
  return (
    <Link
      to={to}
      activeOptions={{ exact: to !== "/tasks", includeSearch: false }}
      className={`flex min-h-11 min-w-11 items-center justify-center gap-2 rounded-lg px-3 hover:bg-moss-wash aria-[current=page]:font-semibold aria-[current=page]:text-moss ${strong ? "text-moss" : ""}`}
    >
      <svg
        viewBox="0 0 16 16"
        className="size-4 shrink-0"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d={icon} />
      </svg>
      <span className="max-sm:sr-only">{label}</span>
    </Link>
  );
}

/** The product's mark: a marked way to a place. */
function Trail() {
  return (
    <svg viewBox="0 0 32 32" className="size-7" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--moss)" />
      <path
        d="M7 25c4-1 3-6 7-7s3-6 6-7"
        fill="none"
        stroke="var(--paper)"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeDasharray="3.6 3.4"
      />
      <circle cx="23" cy="8.5" r="3.2" fill="var(--paper)" />
    </svg>
  );
}

function PageShape() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-8 sm:px-6" role="status">
      <span className="sr-only">{t("loading")}</span>
      <div className="mb-6 h-8 w-64 max-w-full rounded-lg bg-line" />
      <div className="h-40 rounded-lg bg-line/60" />
    </div>
  );
}
