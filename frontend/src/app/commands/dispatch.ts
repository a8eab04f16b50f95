/** From a key to what it does. */
import { useEffect } from "react";

import { belongsToControl, chordsOf, type Press } from "../../engine";
import { preferences } from "../data/preferences";
import { usePreference } from "../data/usePreference";
import { keysOf, keyTable } from "./bindings";
import type { Command } from "./command";
import { commandNamed, workCommands } from "./registry";
import type { Work } from "./work";

type KeyPress = Press & Pick<KeyboardEvent, "repeat" | "target" | "preventDefault">;
type Table = ReadonlyMap<string, readonly Command<Work>[]>;

/** True when one of `among` had a use for the key, which is then kept from the browser. */
export function pressKey(event: KeyPress, work: Work, table: Table, among: ReadonlySet<Command<Work>>): boolean {
  for (const chord of chordsOf(event)) {
    for (const command of table.get(chord) ?? []) {
      if (among.has(command) && tries(command, event, work)) return true;
    }
  }
  return false;
}

function tries(command: Command<Work>, event: KeyPress, work: Work): boolean {
  if (command.press !== undefined) return command.press(work, event as KeyboardEvent);
  if (command.available?.(work) === false) return false;
  event.preventDefault();
  if (!event.repeat) command.run(work);
  return true;
}

const TYPING = "input, textarea, select, [contenteditable='true'], [role='dialog'], [role='menu'], [role='listbox']";

/** True when the key belongs to what has the focus. */
export function isTyping(event: Pick<KeyboardEvent, "target" | "key" | "ctrlKey" | "metaKey">): boolean {
  const plain = !event.ctrlKey && !event.metaKey;
  if (plain && belongsToControl(event)) return true;
  return event.target instanceof Element && event.target.closest(TYPING) !== null;
}

interface KeyOptions {
  /** True while a dialog has the keyboard. */
  readonly blocked: boolean;
  /** Before those of the task and the tools. */
  readonly first?: boolean;
}

/** Listens for the keys of some commands as long as the part of the page lives. */
export function useCommandKeys(commands: readonly Command<Work>[], work: Work, { blocked, first = false }: KeyOptions): void {
  const chosen = usePreference("keymap");
  const { place, flow, openDialog, part, mayComment, image } = work;
  useEffect(() => {
    if (blocked) return undefined;
    const table = keyTable(workCommands, chosen);
    const among = new Set(commands);
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event)) return;
      const used = pressKey(event, { place, flow, openDialog, part, mayComment, image }, table, among);
      if (used && first) event.stopPropagation();
    };
    window.addEventListener("keydown", pressed, { capture: first });
    return () => window.removeEventListener("keydown", pressed, { capture: first });
  }, [commands, chosen, place, flow, openDialog, part, mayComment, image, blocked, first]);
}

/** True when the key is one that this person has for a command; for what is done as long as it is held. */
export function isKeyOf(id: string, press: Press): boolean {
  const command = commandNamed(id);
  const keys = command === null ? [] : keysOf(command, preferences.get("keymap"));
  return chordsOf(press).some((chord) => keys.includes(chord));
}
