/** The rows of lists of keys: those of one family share one. */
import type { ChosenKeys } from "../data/preferenceParts";
import { keysOf } from "./bindings";
import { GROUPS, type CommandInfo, type GroupName } from "./command";

export interface SheetRow {
  readonly name: CommandInfo["name"];
  readonly keys: readonly string[];
}

export interface SheetGroup {
  readonly group: GroupName;
  readonly rows: readonly SheetRow[];
}

/** What has a key now, in groups. */
export function sheetOf(commands: readonly CommandInfo[], chosen: ChosenKeys): readonly SheetGroup[] {
  return GROUPS.map((group) => ({ group, rows: rowsOf(commands.filter((each) => each.group === group), chosen) })).filter(
    ({ rows }) => rows.length > 0,
  );
}

function rowsOf(commands: readonly CommandInfo[], chosen: ChosenKeys): readonly SheetRow[] {
  const rows = new Map<string, SheetRow>();
  for (const command of commands) {
    const name = command.family ?? command.name;
    const keys = [...(rows.get(name)?.keys ?? []), ...keysOf(command, chosen)];
    if (keys.length > 0) rows.set(name, { name, keys });
  }
  return [...rows.values()];
}
