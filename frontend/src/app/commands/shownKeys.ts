/** Keys as people read them, and as assistive technology does. */

/** What the command key is called here. */
export const COMMAND_KEY = /mac|iphone|ipad/i.test(globalThis.navigator?.userAgent ?? "") ? "⌘" : "Ctrl";

const SHOWN = new Map([
  ["Mod", COMMAND_KEY],
  ["Escape", "Esc"],
  ["Delete", "Del"],
  ["ArrowLeft", "←"],
  ["ArrowRight", "→"],
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["PageUp", "Page up"],
  ["PageDown", "Page down"],
]);

/** The parts of a key's name; the sign + may be the last of them. */
function partsOf(key: string): readonly string[] {
  const last = key.endsWith("+") ? "+" : (key.split("+").at(-1) ?? key);
  const before = key.slice(0, key.length - last.length);
  return [...before.split("+").filter((part) => part !== ""), last];
}

/** "Mod+Shift+z" reads "Ctrl Shift Z". */
export function shownKey(key: string): string {
  return partsOf(key)
    .map((part) => SHOWN.get(part) ?? (/^[a-z]$/.test(part) ? part.toUpperCase() : part))
    .join(" ");
}

/** Many keys in a row are shown by the first and the last. */
export function shownKeys(keys: readonly string[]): readonly string[] {
  const [first, last] = [keys[0], keys.at(-1)];
  if (keys.length <= 4 || first === undefined || last === undefined) return keys.map(shownKey);
  return [`${shownKey(first)} … ${shownKey(last)}`];
}

const ARIA = new Map([
  ["Mod", COMMAND_KEY === "⌘" ? "Meta" : "Control"],
  ["+", "Plus"],
]);

/** For `aria-keyshortcuts`; undefined without a key. */
export function ariaKeys(keys: readonly string[]): string | undefined {
  const texts = keys.map((key) => partsOf(key).map((part) => ARIA.get(part) ?? shownLetter(part)).join("+"));
  return texts.length === 0 ? undefined : texts.join(" ");
}

function shownLetter(part: string): string {
  return /^[a-z]$/.test(part) ? part.toUpperCase() : part;
}
