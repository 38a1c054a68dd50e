import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { fetched } from "../../app/code";
import { type Me, useSignOut } from "../login/session";

const Menu = lazy(() => fetched(() => import("../../ui/Menu")).then(({ Menu }) => ({ default: Menu })));

/** Who is signed in, with a way out. */
export function AccountMenu({ me }: { me: Me }) {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const out = useSignOut();
  const items = [
    { label: t("menuAccount"), onSelect: () => void navigate({ to: "/settings", hash: "account" }) },
    ...(me.role === "admin"
      ? [{ label: t("menuPeople"), onSelect: () => void navigate({ to: "/users" }) }]
      : []),
    { label: t("signOut"), onSelect: () => out.mutate() },
  ];
  const initial = [...(me.email ?? "")][0]?.toLocaleUpperCase();
  return (
    <Suspense fallback={<span className="size-11" />}>
      <Menu label={`${t("menu")}: ${me.email ?? ""}`} items={items}>
        <span
          aria-hidden="true"
          className="grid size-8 place-items-center rounded-full bg-moss-wash font-semibold text-moss"
        >
          {initial}
        </span>
      </Menu>
    </Suspense>
  );
}
