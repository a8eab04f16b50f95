import { Button, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";

import { isUsual } from "../../commands/bindings";
import { GROUPS, type CommandInfo, type GroupName } from "../../commands/command";
import { allCommands } from "../../commands/registry";
import { found } from "../../commands/search";
import { NO_KEYS } from "../../data/preferences";
import { t } from "../../i18n";
import { Panel } from "../../ui/Page";
import { KeyRow } from "./KeyRow";
import { useRebinding, type Rebinding } from "./useRebinding";
import classes from "./me.module.css";

/** What moves by arrow keys has eight rows that nobody can change. */
const LISTED = allCommands.filter(({ fixed, family }) => fixed !== true || family === undefined);

/** Every command with its keys, to be changed by pressing others. */
export function KeysPanel({ listed = LISTED }: { listed?: readonly CommandInfo[] }) {
  const [typed, setTyped] = useState("");
  const rebinding = useRebinding(allCommands);
  const shown = useMemo(() => found(typed, listed, ({ name, group }) => `${t(name)} ${t(`command.group.${group}`)}`), [typed, listed]);
  const usual = listed.every((command) => isUsual(command, rebinding.chosen));
  const resetAll = (): void => rebinding.set(NO_KEYS, t("me.said.resetAll"));
  return (
    <Panel
      title={t("me.keys")}
      aside={
        <Button variant="default" size="xs" disabled={usual} onClick={resetAll}>
          {t("me.resetAll")}
        </Button>
      }
    >
      <p className={classes.intro}>{t("me.keysIntro")}</p>
      <TextInput type="search" aria-label={t("me.keysFilter")} placeholder={t("me.keysFilter")} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      <Said rebinding={rebinding} />
      {shown.length === 0 ? <p className={classes.quiet}>{t("me.nothingFound")}</p> : <KeysTable commands={shown} rebinding={rebinding} />}
    </Panel>
  );
}

function Said({ rebinding }: { rebinding: Rebinding }) {
  const { said, undo } = rebinding;
  return (
    <div className={classes.said}>
      <span role="status">{said}</span>
      {undo === null ? null : (
        <Button variant="subtle" size="compact-sm" onClick={undo}>
          {t("me.undo")}
        </Button>
      )}
    </div>
  );
}

function KeysTable({ commands, rebinding }: { commands: readonly CommandInfo[]; rebinding: Rebinding }) {
  const inGroup = (group: GroupName): readonly CommandInfo[] => commands.filter((command) => command.group === group);
  return (
    <table className={classes.table}>
      <thead className={classes.aloud}>
        <tr>
          <th scope="col">{t("me.command")}</th>
          <th scope="col">{t("me.key")}</th>
          <th scope="col">{t("me.actions")}</th>
        </tr>
      </thead>
      {GROUPS.filter((group) => inGroup(group).length > 0).map((group) => (
        <tbody key={group}>
          <tr>
            <th scope="rowgroup" colSpan={3} className={classes.group}>
              {t(`command.group.${group}`)}
            </th>
          </tr>
          {inGroup(group).map((command) => (
            <KeyRow key={command.id} command={command} rebinding={rebinding} />
          ))}
        </tbody>
      ))}
    </table>
  );
}
