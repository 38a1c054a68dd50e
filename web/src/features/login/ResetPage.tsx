import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, Navigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ask } from "../../api/client";
import { Button } from "../../ui/Button";
import { Said } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { useWords } from "../../ui/words";
import { Frame } from "./Frame";
import { focusWrong, useFieldWords, useFocusWrong } from "./fields";
import { optionsQuery, useEntered, useFragment } from "./session";

/** A forgotten password: ask for a link, or, with the link, choose another. */
export function ResetPage() {
  const { t } = useTranslation("account");
  const token = useFragment();
  const options = useQuery(optionsQuery());
  if (options.data?.mode === "local") return <Navigate to="/" replace />;
  return (
    <Frame
      title={t(token ? "reset.new" : "reset.title")}
      note={token || options.data?.reset_by_mail !== false ? undefined : t("reset.noMail")}
    >
      {token ? <Choosing token={token} least={options.data?.password_min ?? 8} /> : <Asking />}
      <p>
        <Link to="/login" className="prose-link">
          {t("register.toLogin")}
        </Link>
      </p>
    </Frame>
  );
}

function Asking() {
  const { t } = useTranslation("account");
  const words = useWords();
  const [email, setEmail] = useState("");
  const [tried, setTried] = useState(false);
  const told = useRef<HTMLParagraphElement>(null);
  const asking = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/auth/reset", { body: { email: email.trim() } })),
  });
  const lacks = tried && email.trim() === "";
  const form = useFocusWrong(undefined);
  useEffect(() => {
    if (asking.isSuccess) told.current?.focus();
  }, [asking.isSuccess]);
  if (asking.isSuccess) {
    return (
      <p ref={told} tabIndex={-1} role="status" className="rounded-lg outline-offset-4">
        {t("reset.sent", { email: email.trim() })}
      </p>
    );
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!email.trim()) focusWrong(form.current);
    else if (!asking.isPending) asking.mutate();
  }
  return (
    <form ref={form} onSubmit={submit} noValidate className="space-y-5">
      <TextField
        type="email"
        label={t("email")}
        value={email}
        autoComplete="username"
        error={lacks ? t("wrong.email") : undefined}
        onChange={setEmail}
      />
      <Said error={asking.isError ? words.refusal(asking.error) : undefined} />
      <Button type="submit" look="primary" busy={asking.isPending} className="w-full">
        {t("reset.send")}
      </Button>
    </form>
  );
}

function Choosing({ token, least }: { token: string; least: number }) {
  const { t } = useTranslation("account");
  const words = useWords();
  const entered = useEntered(undefined);
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const choose = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/auth/reset/confirm", { body: { token, password } })),
    onSuccess: entered,
  });
  const wrong = useFieldWords(choose.error, least);
  const lacks = tried && password.length < least;
  const form = useFocusWrong(choose.error);
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (password.length < least) focusWrong(form.current);
    else if (!choose.isPending) choose.mutate();
  }
  return (
    <form ref={form} onSubmit={submit} noValidate className="space-y-5">
      <TextField
        type="password"
        label={t("newPassword")}
        hint={t("passwordHint", { least })}
        value={password}
        autoComplete="new-password"
        error={lacks ? t("wrong.password", { least }) : wrong.password}
        onChange={setPassword}
      />
      <Said error={wrong.elsewhere ? words.refusal(choose.error) : undefined} />
      <Button type="submit" look="primary" busy={choose.isPending} className="w-full">
        {t("reset.choose")}
      </Button>
    </form>
  );
}
