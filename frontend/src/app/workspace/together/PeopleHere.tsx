import { Tooltip } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import type { User } from "../../../api/types";
import { t } from "../../i18n";
import { Avatar } from "../../ui/People";
import { useSession, useWorkplace } from "../desk";
import { usePresence } from "./hooks";
import classes from "./together.module.css";

const SHOWN = 4;

/** Who else has this task open; another tab of one's own counts too. */
export function PeopleHere() {
  const { me } = useWorkplace();
  const { people, ownTabs } = usePresence();
  const holder = useSession().task?.lease?.holder;
  const others = people.map(({ user }) => user).filter(({ id }) => id !== me.id);
  // While nobody can be asked who is here, whoever holds the task is the best guess.
  const guessed = people.length === 0 && holder !== undefined && holder.id !== me.id;
  const shown = [...(guessed ? [holder] : []), ...others, ...(ownTabs > 0 ? [me] : [])];
  const said = useArrivals(others);
  const names = shown.map(({ id, username }) => (id === me.id ? t("together.ownTab") : username)).join(", ");
  return (
    <>
      <span role="status" className={classes.said}>
        {said}
      </span>
      {shown.length === 0 ? null : (
        <Tooltip label={t("together.here", { names })}>
          <span className={classes.people} role="img" aria-label={t("together.here", { names })}>
            {shown.slice(0, SHOWN).map((user) => (
              <Avatar key={user.id} user={user} size={1.625} />
            ))}
            {shown.length > SHOWN ? <span className={classes.more}>+{shown.length - SHOWN}</span> : null}
          </span>
        </Tooltip>
      )}
    </>
  );
}

/** Says aloud who comes and goes while one is here. */
function useArrivals(others: readonly User[]): string {
  const before = useRef<ReadonlyMap<number, string> | null>(null);
  const [said, setSaid] = useState("");
  const key = others.map(({ id, username }) => `${id} ${username}`).join("\n");
  useEffect(() => {
    const now = new Map(key === "" ? [] : key.split("\n").map((line) => [parseInt(line, 10), line.replace(/^\d+ /, "")]));
    const known = before.current;
    before.current = now;
    if (known === null) return;
    const arrived = [...now].find(([id]) => !known.has(id));
    const left = [...known].find(([id]) => !now.has(id));
    if (arrived !== undefined) setSaid(t("together.arrived", { name: arrived[1] }));
    else if (left !== undefined) setSaid(t("together.left", { name: left[1] }));
  }, [key]);
  return said;
}
