import { useState } from "react";

import { chordsOf } from "../../../engine/chords";
import { holdersOf, whyNotKey, withKeys, withUsualKeys } from "../../commands/bindings";
import type { CommandInfo } from "../../commands/command";
import { shownKey } from "../../commands/shownKeys";
import type { ChosenKeys } from "../../data/preferenceParts";
import { preferences } from "../../data/preferences";
import { usePreference } from "../../data/usePreference";
import { t } from "../../i18n";

interface Waiting {
  readonly command: CommandInfo;
  /** Why the last key cannot be had; another one is waited for. */
  readonly problem: string | null;
  /** Others have the key: it is asked what to do. */
  readonly clash: { readonly key: string; readonly text: string } | null;
}

export interface Rebinding {
  readonly chosen: ChosenKeys;
  readonly waiting: Waiting | null;
  readonly said: string;
  /** Takes the last change back. */
  readonly undo: (() => void) | null;
  readonly set: (chosen: ChosenKeys, said: string) => void;
  /** The next key is for this command. */
  readonly wait: (command: CommandInfo) => void;
  readonly take: (event: KeyboardEvent) => void;
  readonly replace: () => void;
  readonly leave: () => void;
  readonly reset: (command: CommandInfo) => void;
}

/** Choosing keys by pressing them. */
export function useRebinding(commands: readonly CommandInfo[]): Rebinding {
  const chosen = usePreference("keymap");
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const [done, setDone] = useState<{ said: string; before: ChosenKeys | null }>({ said: "", before: null });
  const leave = (): void => setWaiting(null);
  const set = (next: ChosenKeys, said: string): void => {
    setDone({ said, before: chosen });
    preferences.set("keymap", next);
    leave();
  };
  const give = (command: CommandInfo, keys: readonly string[]): void => {
    const [key] = keys;
    const name = t(command.name);
    const said = key === undefined ? t("me.said.none", { name }) : t("me.said.set", { name, key: shownKey(key) });
    set(withKeys(commands, chosen, command, keys), said);
  };
  const { before } = done;
  return {
    chosen,
    waiting,
    said: done.said,
    undo: before === null ? null : () => (preferences.set("keymap", before), setDone({ said: "", before: null })),
    set,
    wait: (command) => setWaiting({ command, problem: null, clash: null }),
    take: (event) => {
      if (waiting !== null) take(event, { commands, chosen, waiting, setWaiting, give });
    },
    replace: () => {
      const clash = waiting?.clash ?? null;
      if (waiting !== null && clash !== null) give(waiting.command, [clash.key]);
    },
    leave,
    reset: (command) => set(withUsualKeys(commands, chosen, command), t("me.said.reset", { name: t(command.name) })),
  };
}

interface Taking {
  readonly commands: readonly CommandInfo[];
  readonly chosen: ChosenKeys;
  readonly waiting: Waiting;
  readonly setWaiting: (waiting: Waiting | null) => void;
  readonly give: (command: CommandInfo, keys: readonly string[]) => void;
}

function take(event: KeyboardEvent, { commands, chosen, waiting, setWaiting, give }: Taking): void {
  const { command } = waiting;
  const [key] = chordsOf(event);
  // Shift or Ctrl alone: the key itself is still to come. Tab goes on its way.
  if (key === undefined || key.endsWith("Tab")) return;
  event.preventDefault();
  if (key === "Escape") return setWaiting(null);
  if (key === "Backspace" && !command.keys.includes("Backspace")) return give(command, []);
  const hindered = whyNotKey(commands, key);
  if (hindered !== null) {
    return setWaiting({ command, problem: t(`me.whyNot.${hindered}`, { key: shownKey(key) }), clash: null });
  }
  const holders = holdersOf(commands, chosen, command, key);
  if (holders.length === 0) return give(command, [key]);
  const others = holders.map(({ name }) => t(name)).join(", ");
  setWaiting({ command, problem: null, clash: { key, text: t("me.clash", { key: shownKey(key), others }) } });
}
