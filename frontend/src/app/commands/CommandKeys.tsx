import { usePreference } from "../data/usePreference";
import { Key } from "../workspace/Keys";
import { keysOf } from "./bindings";
import { commandNamed } from "./registry";
import { ariaKeys, shownKey } from "./shownKeys";

interface Shortcut {
  /** The first of its keys, for a tooltip; null where this person has none for it. */
  readonly shown: string | null;
  readonly aria: string | undefined;
}

/** The keys that this person has for a command. */
export function useShortcut(id: string | undefined): Shortcut {
  const chosen = usePreference("keymap");
  const command = id === undefined ? null : commandNamed(id);
  const [first] = command === null ? [] : keysOf(command, chosen);
  return { shown: first === undefined ? null : shownKey(first), aria: first === undefined ? undefined : ariaKeys([first]) };
}

/** Its first key as it looks on a keyboard; nothing where there is none. */
export function CommandKey({ of }: { of: string }) {
  const { shown } = useShortcut(of);
  return shown === null ? null : <Key>{shown}</Key>;
}

/** Puts a command's key behind what it does, for a `title`: "Fit the image to the view (0)". */
export function useKeyTexts(): (text: string, id: string) => string {
  const chosen = usePreference("keymap");
  return (text, id) => {
    const command = commandNamed(id);
    const [key] = command === null ? [] : keysOf(command, chosen);
    return key === undefined ? text : `${text} (${shownKey(key)})`;
  };
}
