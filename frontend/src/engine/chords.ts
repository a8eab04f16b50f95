/**
 * The names of keys, such as "e", "Shift+a", "Mod+Shift+z", "Space", "?" or "Shift+0". "Mod" is Ctrl, and Cmd on a Mac.
 * A sign that is not a letter or digit is named as it is written, whether or not the layout needs Shift for it.
 */
import type { KeyInput } from "./types";

export type Press = Pick<KeyInput, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

const NAMED = new Map<string, string>([
  [" ", "Space"],
  ...["Enter", "Escape", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown", "Tab"].map(own),
  ...["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].map(own),
  ...Array.from({ length: 12 }, (_, index) => own(`F${index + 1}`)),
]);

/** What a US keyboard writes there; for layouts of other alphabets, where these places hold letters. */
const SIGNS = new Map<string, readonly [plain: string, shifted: string]>(
  Object.entries({
    BracketLeft: ["[", "{"],
    BracketRight: ["]", "}"],
    Comma: [",", "<"],
    Period: [".", ">"],
    Slash: ["/", "?"],
    Semicolon: [";", ":"],
    Quote: ["'", '"'],
    Backquote: ["`", "~"],
  } satisfies Record<string, readonly [string, string]>),
);

/** A letter of an alphabet that is not ours. */
const FOREIGN = /^[^\u0020-\u007e]$/;

/** The names that a press may be meant by, the likeliest first; none for one that is left to the browser. */
export function chordsOf(press: Press): readonly string[] {
  if (press.altKey) return [];
  const mod = press.ctrlKey || press.metaKey ? "Mod+" : "";
  const shift = press.shiftKey ? "Shift+" : "";
  const name = NAMED.get(press.key);
  if (name !== undefined) return shift === "" ? [mod + name] : [mod + shift + name, ...withoutShift(name, mod)];
  const letter = letterOf(press);
  if (letter !== "") return [mod + shift + letter];
  return digitsAndSigns(press).map((sign) => mod + sign);
}

/** Shift makes arrow keys and Tab mean another thing; with other named keys it is a slip. */
function withoutShift(name: string, mod: string): readonly string[] {
  return name.startsWith("Arrow") || name === "Tab" || mod !== "" ? [] : [name];
}

function digitsAndSigns({ key, code, shiftKey }: Press): readonly string[] {
  if (/^\d$/.test(key)) return [key];
  const place = /^Digit(\d)$/.exec(code)?.[1];
  const sign = FOREIGN.test(key) ? SIGNS.get(code)?.[shiftKey ? 1 : 0] : undefined;
  const signs = [sign ?? key].filter((each) => [...each].length === 1);
  if (place === undefined) return signs;
  if (shiftKey) return [`Shift+${place}`, ...signs];
  // Where the layout needs Shift for digits, their place is enough; these signs are keys of their own.
  return /^[-+=_.,]$/.test(key) ? signs : [place];
}

/** The Latin letter of the key, by its place on the keyboard where the layout has another alphabet. */
function letterOf({ key, code }: Press): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  // A layout that writes another ASCII sign there means that sign.
  return place !== undefined && FOREIGN.test(key) ? place.toLowerCase() : "";
}

function own(name: string): readonly [string, string] {
  return [name, name];
}
