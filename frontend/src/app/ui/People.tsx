import { Tooltip } from "@mantine/core";

import type { User } from "../../api/types";
import { initials } from "../data/format";
import { t } from "../i18n";
import classes from "./ui.module.css";

const HUES = [232, 162, 28, 318, 84, 198, 268, 350];

/** The hue that stands for a person everywhere. */
export const hueOf = (user: User): number => HUES[user.id % HUES.length] ?? 232;

/** A disc with initials. The hue belongs to the person, so that the same one is found again. */
export function Avatar({ user, size = 1.5 }: { user: User; size?: number }) {
  const hue = hueOf(user);
  return (
    <span
      aria-hidden="true"
      className={classes.avatar}
      style={{ "--hue": hue, width: `${size}rem`, height: `${size}rem`, fontSize: `${size * 0.4}rem` }}
    >
      {initials(user.username)}
    </span>
  );
}

const SHOWN = 4;

/** Several people in a row; their names are read out and shown on hover. */
export function AvatarRow({ users, size = 1.5 }: { users: readonly User[]; size?: number }) {
  if (users.length === 0) return null;
  const names = users.map((user) => user.username).join(", ");
  const more = users.length - SHOWN;
  return (
    <Tooltip label={t("people.activeNow", { names })}>
      <span className={classes.avatarRow} role="img" aria-label={t("people.activeNow", { names })}>
        {users.slice(0, SHOWN).map((user) => (
          <Avatar key={user.id} user={user} size={size} />
        ))}
        {more > 0 ? <span className={classes.avatarMore}>+{more}</span> : null}
      </span>
    </Tooltip>
  );
}
