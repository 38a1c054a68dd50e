import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { meQuery, optionsQuery, useSignOut } from "../login/session";
import { Part } from "../settings/Part";
import { DataParts } from "./DataParts";
import { OwnModel } from "./OwnModel";
import { PasswordForm } from "./PasswordForm";
import { Sessions } from "./Sessions";
import { Tokens } from "./Tokens";

/** Who one is here, and everything about it: password, where one is signed in, keys for programs, one's data. */
export function AccountPart() {
  const { t } = useTranslation("account");
  const words = useWords();
  const me = useQuery(meQuery());
  const options = useQuery(optionsQuery());
  const out = useSignOut();
  return (
    <Part id="account" title={t("part")}>
      {me.isPending || options.isPending ? <Bars lines={4} /> : null}
      {me.isError ? <Problem error={me.error} onRetry={() => void me.refetch()} /> : null}
      {me.data && options.data ? (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="min-w-0 [overflow-wrap:anywhere]">
              {t("signedInAs", { email: me.data.email ?? "" })}
              {me.data.role === "admin" ? <span className="text-soft">{` · ${t("role.admin")}`}</span> : null}
            </p>
            <Button busy={out.isPending} onClick={() => out.mutate()}>
              {t("signOut")}
            </Button>
          </div>
          {out.isError ? (
            <p role="alert" className="text-rust">
              {words.refusal(out.error)}
            </p>
          ) : null}
          <PasswordForm has={me.data.has_password ?? true} least={options.data.password_min} />
          <Sessions />
          <Tokens />
          <OwnModel />
          <DataParts me={me.data} />
        </>
      ) : null}
    </Part>
  );
}
