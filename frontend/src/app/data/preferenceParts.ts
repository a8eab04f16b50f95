/** The parts of a person's preferences, and what each is where nothing (or nonsense) is stored. */

export type ThemeChoice = "light" | "dark" | "auto";

/** Keys that a person has chosen, by command; none for a command that shall have no key. */
export type ChosenKeys = Readonly<Record<string, readonly string[]>>;

export const NO_KEYS: ChosenKeys = {};

/** A person's own document, as it is stored: it may come from an older or newer page. */
export type Document = Readonly<Record<string, unknown>>;

export interface Preferences {
  readonly keymap: ChosenKeys;
  /** Null where this person has chosen on no page. */
  readonly theme: ThemeChoice | null;
  /** How the picture is shown; the engine makes sense of it. */
  readonly view: Document;
  /** Small habits of the workspace. */
  readonly workspace: Document;
}

export type Part = keyof Preferences;
export const PARTS: readonly Part[] = ["keymap", "theme", "view", "workspace"];

const MOST_KEYS = 4;
const LONGEST_KEY = 40;
const NOTHING: Document = {};

export function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isKeys(value: unknown): value is readonly string[] {
  const isKey = (each: unknown): boolean => typeof each === "string" && each !== "" && each.length <= LONGEST_KEY;
  return Array.isArray(value) && value.length <= MOST_KEYS && value.every(isKey);
}

const readers: { readonly [P in Part]: (stored: unknown) => Preferences[P] } = {
  keymap: (stored) => {
    if (!isDocument(stored)) return NO_KEYS;
    return Object.fromEntries(Object.entries(stored).filter((entry): entry is [string, readonly string[]] => isKeys(entry[1])));
  },
  theme: (stored) => (stored === "light" || stored === "dark" || stored === "auto" ? stored : null),
  view: (stored) => (isDocument(stored) ? stored : NOTHING),
  workspace: (stored) => (isDocument(stored) ? stored : NOTHING),
};

/** Whatever is stored, what makes sense of it. */
export function readPart<P extends Part>(document: Document, part: P): Preferences[P] {
  return readers[part](document[part]);
}

/** Only what the server keeps. */
export function ownParts(document: Document): Document {
  return Object.fromEntries(PARTS.filter((part) => part in document).map((part) => [part, document[part]]));
}

/** Equal in what they hold; the server's database puts the names of an object into an order of its own. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, index) => same(each, b[index]));
  if (!isDocument(a) || !isDocument(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => same(a[name], b[name]));
}

/**
 * Theirs with what was changed here since `base`: part by part, and in a part of many settings setting by setting, so
 * that two pages which changed different things both keep theirs.
 */
export function merged(base: Document, mine: Document, theirs: Document): Document {
  const result: Record<string, unknown> = { ...theirs };
  for (const name of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    const [before, now, there] = [base[name], mine[name], theirs[name]];
    if (same(before, now)) continue;
    const value = isDocument(now) && isDocument(there) ? merged(isDocument(before) ? before : {}, now, there) : now;
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}
