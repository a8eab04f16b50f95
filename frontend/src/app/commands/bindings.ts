/** Which key means which command, once a person's own keys are taken into account. */
import type { ChosenKeys } from "../data/preferenceParts";
import type { CommandInfo } from "./command";

type Keyed = Pick<CommandInfo, "id" | "keys" | "fixed" | "follows">;

export function keysOf({ id, keys, fixed }: Keyed, chosen: ChosenKeys): readonly string[] {
  return fixed === true ? keys : (chosen[id] ?? keys);
}

/** The commands of each key, in the order of the list. */
export function keyTable<C extends Keyed>(commands: readonly C[], chosen: ChosenKeys): ReadonlyMap<string, readonly C[]> {
  const byId = new Map<string, C>(commands.map((command) => [command.id, command]));
  const table = new Map<string, C[]>();
  for (const command of commands) {
    const leader = byId.get(command.follows ?? command.id);
    for (const key of leader === undefined ? command.keys : keysOf(leader, chosen)) {
      table.set(key, [...(table.get(key) ?? []), command]);
    }
  }
  return table;
}

/** Commands that have this key now. Two that share it as delivered never mean it at the same time. */
export function holdersOf<C extends Keyed>(commands: readonly C[], chosen: ChosenKeys, of: C, key: string): readonly C[] {
  const shared = (other: C): boolean => of.keys.includes(key) && other.keys.includes(key);
  return commands.filter(
    (other) => other.id !== of.id && other.follows === undefined && keysOf(other, chosen).includes(key) && !shared(other),
  );
}

/** `of` gets these keys, and whoever else had one of them goes without it. */
export function withKeys<C extends Keyed>(commands: readonly C[], chosen: ChosenKeys, of: C, keys: readonly string[]): ChosenKeys {
  const next: Record<string, readonly string[]> = { ...chosen };
  for (const key of keys) {
    for (const holder of holdersOf(commands, chosen, of, key)) {
      next[holder.id] = keysOf(holder, next).filter((each) => each !== key);
    }
  }
  next[of.id] = keys;
  return withoutUsual(commands, next);
}

/** `of` gets its delivered keys back. */
export function withUsualKeys<C extends Keyed>(commands: readonly C[], chosen: ChosenKeys, of: C): ChosenKeys {
  return withKeys(commands, chosen, of, of.keys);
}

export function isUsual(command: Keyed, chosen: ChosenKeys): boolean {
  return sameKeys(keysOf(command, chosen), command.keys);
}

/** Only what differs is stored, so that whoever changed nothing follows what we deliver. */
function withoutUsual(commands: readonly Keyed[], chosen: ChosenKeys): ChosenKeys {
  const usual = new Map(commands.map(({ id, keys }) => [id, keys]));
  return Object.fromEntries(Object.entries(chosen).filter(([id, keys]) => !sameKeys(keys, usual.get(id) ?? null)));
}

function sameKeys(a: readonly string[], b: readonly string[] | null): boolean {
  return b !== null && a.length === b.length && a.every((key, index) => key === b[index]);
}

/** Browsers do not let a page have these, whatever it does. */
const BROWSERS = new Set(["Mod+n", "Mod+t", "Mod+w", "Mod+q", "Mod+Shift+n", "Mod+Shift+t", "Mod+Shift+w", "Mod+Tab", "F5", "F11", "F12", "Mod+r", "Mod+l"]);

export type WhyNot = "browser" | "tab" | "fixed";

/** Why a command cannot have this key; null when it can. */
export function whyNotKey<C extends Keyed>(commands: readonly C[], key: string): WhyNot | null {
  if (key.endsWith("Tab")) return "tab";
  if (BROWSERS.has(key)) return "browser";
  return commands.some(({ fixed, keys }) => fixed === true && keys.includes(key)) ? "fixed" : null;
}
