import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, Navigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { at } from "../../api/base";
import { api, ask } from "../../api/client";
import { safeNext } from "../../api/session";
import type messages from "../../locales/en/account.json";
import { Button, buttonLook } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { Frame } from "./Frame";
import { focusWrong, useFocusWrong } from "./fields";
import { meQuery, type Options, optionsQuery, useEntered, useFragment } from "./session";

type Trouble = keyof typeof messages.oidc;

export function LoginPage() {
  const { t } = useTranslation("account");
  const { next } = useSearch({ from: "/login" });
  const options = useQuery(optionsQuery());
  const me = useQuery({ ...meQuery(), retry: false });
  if (options.data?.mode === "local" || me.data)
    return <Navigate to={safeNext(next, location.origin)} replace />;
  if (options.data?.first_account) return <Navigate to="/register" search={next ? { next } : {}} replace />;
  return (
    <Frame title={t("login.title")}>
      {options.isPending ? <Bars lines={4} /> : null}
      {options.isError ? <Problem error={options.error} onRetry={() => void options.refetch()} /> : null}
      {options.data ? <LoginForm options={options.data} next={next} /> : null}
    </Frame>
  );
}

function LoginForm({ options, next }: { options: Options; next: string | undefined }) {
  const { t } = useTranslation("account");
  const words = useWords();
  const entered = useEntered(next);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const enter = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/auth/login", { body: { email: email.trim(), password } })),
    onSuccess: entered,
  });
  const lacks = { email: tried && email.trim() === "", password: tried && password === "" };
  const form = useFocusWrong(undefined);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!email.trim() || !password) focusWrong(form.current);
    else if (!enter.isPending) enter.mutate();
  }

  return (
    <>
      <FromProvider options={options} next={next} />
      <form ref={form} onSubmit={submit} noValidate className="space-y-5">
        <TextField
          type="email"
          label={t("email")}
          value={email}
          autoComplete="username"
          error={lacks.email ? t("wrong.email") : undefined}
          onChange={setEmail}
        />
        <TextField
          type="password"
          label={t("password")}
          value={password}
          autoComplete="current-password"
          error={lacks.password ? t("wrong.noPassword") : undefined}
          onChange={setPassword}
        />
        <Said error={enter.isError ? words.refusal(enter.error) : undefined} />
        <Button type="submit" look="primary" busy={enter.isPending} className="w-full">
          {t("login.enter")}
        </Button>
      </form>
      <p className="flex flex-wrap justify-between gap-x-4 gap-y-2">
        <Link to="/reset" className="prose-link">
          {t("login.forgotten")}
        </Link>
        {options.registration === "closed" ? null : (
          <Link to="/register" search={next ? { next } : {}} className="prose-link">
            {t("login.register")}
          </Link>
        )}
      </p>
    </>
  );
}

/** Signing in at somebody else's: a page of the provider, which leads back here. */
function FromProvider({ options, next }: { options: Options; next: string | undefined }) {
  const { t, i18n } = useTranslation("account");
  const trouble = useFragment();
  const isKnown = (word: string): word is Trouble => i18n.exists(`oidc.${word}`, { ns: "account" });
  const { oidc } = options;
  return (
    <>
      {isKnown(trouble) ? <Said error={t(`oidc.${trouble}`)} /> : null}
      {oidc ? (
        <a
          href={`${at(oidc.start)}?next=${encodeURIComponent(safeNext(next, location.origin))}`}
          className={`${buttonLook()} w-full`}
        >
          {t("login.with", { name: oidc.name })}
        </a>
      ) : null}
    </>
  );
}
