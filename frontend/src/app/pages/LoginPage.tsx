import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";

import * as api from "../../api/calls";
import { isApiError } from "../../api/errors";
import { keys } from "../data/queries";
import { safeRedirect } from "../data/session";
import { t } from "../i18n";
import { ThemeMenu } from "../shell/ThemeMenu";
import { LogoMark } from "../ui/Logo";
import { ErrorNote } from "../ui/Notes";
import { FourClicks } from "./FourClicks";
import classes from "./login.module.css";

function useSignIn() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { redirect } = useSearch({ from: "/login" });
  return useMutation({
    mutationKey: ["signIn"],
    mutationFn: ({ username, password }: { username: string; password: string }) => api.signIn(username, password),
    onSuccess: async (user) => {
      cache.clear();
      cache.setQueryData(keys.me, user);
      await navigate({ href: safeRedirect(redirect) });
    },
  });
}

interface FieldProps {
  value: string;
  onChange: (value: string) => void;
}

function Username({ value, onChange }: FieldProps) {
  return (
    <TextInput
      label={t("login.username")}
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      autoFocus
      required
      withAsterisk={false}
      size="md"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Password({ value, onChange }: FieldProps) {
  return (
    <PasswordInput
      label={t("login.password")}
      autoComplete="current-password"
      required
      withAsterisk={false}
      size="md"
      value={value}
      visibilityToggleButtonProps={{ "aria-label": t("login.showPassword"), tabIndex: 0 }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function SignInForm() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    signIn.mutate({ username: username.trim(), password });
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <Username value={username} onChange={setUsername} />
      <Password value={password} onChange={setPassword} />
      {signIn.error === null ? null : <ErrorNote error={signIn.error} />}
      <Button type="submit" size="md" loading={signIn.isPending} fullWidth>
        {t("login.signIn")}
      </Button>
      {isApiError(signIn.error) && !signIn.error.temporary ? <p className={classes.help}>{t("login.help")}</p> : null}
    </form>
  );
}

export function LoginPage() {
  return (
    <main className={classes.page}>
      <title>{`${t("login.title")} · ${t("app.name")}`}</title>
      <div className={classes.theme}>
        <ThemeMenu />
      </div>
      <section className={classes.side}>
        <div className={classes.card}>
          <LogoMark size={2.5} />
          <h1>{t("login.title")}</h1>
          <p className={classes.intro}>{t("login.intro")}</p>
          <SignInForm />
        </div>
      </section>
      <aside className={classes.picture} aria-hidden="true">
        <FourClicks />
      </aside>
    </main>
  );
}
