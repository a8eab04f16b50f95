import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { fieldErrors } from "../../../api/errors";
import type { Role } from "../../../api/types";
import { describeError } from "../../data/describeError";
import { ROLES } from "../../data/permissions";
import { t } from "../../i18n";
import { useMemberWrites } from "./useMemberWrites";
import classes from "./people.module.css";

/** Adds somebody who has an account already, by the name they sign in with. */
export function AddPerson({ projectId }: { projectId: number }) {
  const [username, setUsername] = useState("");
  const [role, setRole] = useState<Role>("annotator");
  const { set } = useMemberWrites(projectId);
  const problem = set.error === null ? null : (fieldErrors(set.error)["username"] ?? describeError(set.error));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (username.trim() === "") return;
    set.mutate({ username: username.trim(), role }, { onSuccess: () => setUsername("") });
  };
  return (
    <form className={classes.add} onSubmit={submit}>
      <TextInput
        className={classes.username}
        aria-label={t("people.username")}
        placeholder={t("people.username")}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={username}
        error={problem}
        onChange={(event) => {
          setUsername(event.currentTarget.value);
          set.reset();
        }}
      />
      <NativeSelect
        className={classes.role}
        aria-label={t("people.newRole")}
        value={role}
        data={ROLES.map((each) => ({ value: each, label: t(`role.${each}`) }))}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
      />
      <Button type="submit" loading={set.isPending}>
        {t("people.add")}
      </Button>
    </form>
  );
}
