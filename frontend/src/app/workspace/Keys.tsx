import type { ReactNode } from "react";

import { keysOf } from "../commands/bindings";
import { commandNamed } from "../commands/registry";
import { shownKey } from "../commands/shownKeys";
import type { ChosenKeys } from "../data/preferenceParts";
import { usePreference } from "../data/usePreference";
import { t } from "../i18n";
import classes from "./stage.module.css";

export function Key({ children }: { children: ReactNode }) {
  return <kbd className={classes.key}>{children}</kbd>;
}

/**
 * A sentence of the catalogue in which `Name` stands for a key on the keyboard, and `command.id` for the key that this
 * person has for a command, or for its name where there is none.
 */
export function TextWithKeys({ text }: { text: string }) {
  const chosen = usePreference("keymap");
  return text.split("`").map((part, index) => (index % 2 === 0 ? part : <Key key={index}>{keyText(part, chosen)}</Key>));
}

function keyText(part: string, chosen: ChosenKeys): string {
  const command = commandNamed(part);
  if (command === null) return part;
  const [key] = keysOf(command, chosen);
  return key === undefined ? t(command.name) : shownKey(key);
}
