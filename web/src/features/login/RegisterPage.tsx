import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, Navigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "../../api/client";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Problem } from "../../ui/Problem";
import { Bars } from "../../ui/Shapes";
import { useWords } from "../../ui/words";
import { Frame } from "./Frame";
import { focusWrong, useFieldWords, useFocusWrong } from "./fields";
import { type Options, optionsQuery, useEntered, useFragment } from "./session";

/** A new account: the first of all, by an invitation, or open to everybody. */
export function RegisterPage() {
  const { t } = useTranslation("account");
  const { next } = useSearch({ from: "/register" });
  const invite = useFragment();
  const options = useQuery(optionsQuery());
  const invited = useQuery({
    queryKey: ["invite", invite],
    queryFn: () => ask(api.POST("/api/v1/auth/invite", { body: { invite } })),
    enabled: invite !== "",
    retry: false,
  });
  if (options.data?.mode === "local") return <Navigate to="/" replace />;
  const first = options.data?.first_account === true;
  return (
    <Frame
      title={t(first ? "register.first" : "register.title")}
      note={first ? t("register.firstNote") : undefined}
    >
      {options.isPending || (invite && invited.isPending) ? <Bars lines={4} /> : null}
      {options.isError ? <Problem error={options.error} onRetry={() => void options.refetch()} /> : null}
      {invited.isError ? <Said error={t("wrong.invite")} /> : null}
      {options.data && !(invite && invited.isPending) ? (
        <Registering
          options={options.data}
          next={next}
          invite={invited.isError ? "" : invite}
          fixed={invited.data?.email ?? undefined}
        />
      ) : null}
      {first ? null : (
        <Link to="/login" search={next ? { next } : {}} className="prose-link">
          {t("register.toLogin")}
        </Link>
      )}
    </Frame>
  );
}

interface Props {
  options: Options;
  next: string | undefined;
  invite: string;
  /** The address that an invitation is for. */
  fixed: string | undefined;
}

function Registering({ options, next, invite, fixed }: Props) {
  const { t } = useTranslation("account");
  const words = useWords();
  const entered = useEntered(next);
  const [email, setEmail] = useState(fixed ?? "");
  const [password, setPassword] = useState("");
  const [typed, setTyped] = useState(invite);
  const [setupCode, setSetupCode] = useState("");
  const [tried, setTried] = useState(false);
  const first = options.first_account;
  const asksInvite = !first && options.registration === "invite" && !invite;
  const register = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/auth/register", {
          body: {
            email: email.trim(),
            password,
            ...(typed ? { invite: typed.trim() } : {}),
            ...(setupCode ? { setup_code: setupCode.trim() } : {}),
          },
        }),
      ),
    onSuccess: entered,
  });
  const wrong = useFieldWords(register.error, options.password_min);
  const lacks = {
    email: tried && email.trim() === "",
    password: tried && password.length < options.password_min,
  };
  const form = useFocusWrong(register.error);
  if (!first && options.registration === "closed") return <p>{t("register.closed")}</p>;

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!email.trim() || password.length < options.password_min) focusWrong(form.current);
    else if (!register.isPending) register.mutate();
  }

  return (
    <form ref={form} onSubmit={submit} noValidate className="space-y-5">
      {first && options.setup_code_needed ? (
        <TextField
          label={t("register.setupCode")}
          hint={t("register.setupCodeHint")}
          value={setupCode}
          autoComplete="off"
          error={wrong.setupCode}
          onChange={setSetupCode}
        />
      ) : null}
      {asksInvite ? (
        <TextField
          label={t("register.invite")}
          hint={t("register.inviteHint")}
          value={typed}
          autoComplete="off"
          error={wrong.invite}
          onChange={setTyped}
        />
      ) : null}
      <TextField
        type="email"
        label={t("email")}
        hint={fixed ? t("register.fixed") : undefined}
        readOnly={fixed !== undefined}
        value={email}
        autoComplete="username"
        error={lacks.email ? t("wrong.email") : wrong.email}
        onChange={setEmail}
      />
      <TextField
        type="password"
        label={t("password")}
        hint={t("passwordHint", { least: options.password_min })}
        value={password}
        autoComplete="new-password"
        maxLength={options.password_max}
        error={lacks.password ? t("wrong.password", { least: options.password_min }) : wrong.password}
        onChange={setPassword}
      />
      <Said error={wrong.elsewhere ? words.refusal(register.error) : undefined} />
      <Button type="submit" look="primary" busy={register.isPending} className="w-full">
        {t("register.enter")}
      </Button>
    </form>
  );
}
