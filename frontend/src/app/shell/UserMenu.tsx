import { Menu, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";

import * as api from "../../api/calls";
import { keysOf } from "../commands/bindings";
import { offer } from "../commands/offer";
import { shownKey } from "../commands/shownKeys";
import { PALETTE } from "../commands/siteCommands";
import { describeError } from "../data/describeError";
import { meQuery } from "../data/queries";
import { usePreference } from "../data/usePreference";
import { t } from "../i18n";
import { Icon } from "../ui/icons";
import { Avatar } from "../ui/People";
import { showToast } from "../ui/toasts";
import classes from "./shell.module.css";

function useSignOut() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: api.signOut,
    onSuccess: async () => {
      cache.clear();
      await navigate({ to: "/login" });
    },
    onError: (error) => showToast(describeError(error), { tone: "error" }),
  });
}

/** The registry of all keys belongs to the workspace; here this one is enough. */
function PaletteKey() {
  const [key] = keysOf(PALETTE, usePreference("keymap"));
  return key === undefined ? null : <kbd className={classes.kbd}>{shownKey(key)}</kbd>;
}

export function UserMenu() {
  const { data: user } = useQuery(meQuery);
  const signOut = useSignOut();
  if (user === undefined) return null;
  return (
    <Menu position="bottom-end" width="13rem">
      <Menu.Target>
        <UnstyledButton className={classes.user} aria-label={t("user.menu", { name: user.username })}>
          <Avatar user={user} size={1.75} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("user.signedInAs", { name: user.username })}</Menu.Label>
        <Menu.Item component={Link} to="/me" leftSection={<Icon name="settings" size={1} />}>
          {t("me.title")}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="search" size={1} />} rightSection={<PaletteKey />} onClick={() => offer.open()}>
          {t("palette.title")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="signOut" size={1} />} onClick={() => signOut.mutate()}>
          {t("user.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
