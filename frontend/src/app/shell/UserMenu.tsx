import { Menu, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import * as api from "../../api/calls";
import { describeError } from "../data/describeError";
import { meQuery } from "../data/queries";
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
        <Menu.Item leftSection={<Icon name="signOut" size={1} />} onClick={() => signOut.mutate()}>
          {t("user.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
