import { ActionIcon, NativeSelect } from "@mantine/core";

import type { Member, Role } from "../../../api/types";
import { describeError } from "../../data/describeError";
import { ROLES } from "../../data/permissions";
import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import { Avatar } from "../../ui/People";
import { showToast } from "../../ui/toasts";
import { useMemberWrites } from "./useMemberWrites";
import classes from "./people.module.css";

interface Props {
  projectId: number;
  member: Member;
  isMe: boolean;
  manages: boolean;
}

/** The row is gone when the answer comes, so what follows hangs on promises and not on the row. */
function useRemove(projectId: number, { user, role }: Member) {
  const { set, remove } = useMemberWrites(projectId);
  const fail = (error: unknown): void => showToast(describeError(error), { tone: "error" });
  const restore = (): void => {
    set.mutateAsync({ username: user.username, role }).catch(fail);
  };
  const run = (): void => {
    const removed = (): void =>
      showToast(t("people.removed", { name: user.username }), { action: { label: t("action.undo"), run: restore } });
    remove.mutateAsync(user.id).then(removed, () => undefined);
  };
  return { run, error: remove.error, pending: remove.isPending };
}

function Controls({ projectId, member }: Pick<Props, "projectId" | "member">) {
  const { set } = useMemberWrites(projectId);
  const removal = useRemove(projectId, member);
  const name = member.user.username;
  const error = set.error ?? removal.error;
  return (
    <>
      <NativeSelect
        className={classes.role}
        aria-label={t("people.roleOf", { name })}
        value={member.role}
        error={error === null ? null : describeError(error)}
        data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
        onChange={(event) => set.mutate({ username: name, role: event.currentTarget.value as Role })}
      />
      <ActionIcon aria-label={t("people.remove", { name })} loading={removal.pending} onClick={removal.run}>
        <Icon name="trash" size={1} />
      </ActionIcon>
    </>
  );
}

export function PersonRow({ projectId, member, isMe, manages }: Props) {
  return (
    <li className={classes.person}>
      <Avatar user={member.user} size={2} />
      <span className={classes.personName}>
        {member.user.username}
        {isMe ? <span className={classes.me}>{t("people.you")}</span> : null}
      </span>
      {manages ? (
        <Controls projectId={projectId} member={member} />
      ) : (
        <span className={classes.roleText}>{t(`role.${member.role}`)}</span>
      )}
    </li>
  );
}
