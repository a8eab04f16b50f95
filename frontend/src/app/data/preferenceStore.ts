import type { StoredPreferences } from "../../api/preferenceCalls";
import { isApiError } from "../../api/errors";
import { isDocument, merged, ownParts, readPart, same, type Document, type Part, type Preferences } from "./preferenceParts";

export interface PreferenceDesk {
  read(): Promise<StoredPreferences>;
  write(version: number, document: Document): Promise<StoredPreferences>;
  /** Where the copy for a quick start lies; it may be closed to us. */
  storage(): Pick<Storage, "getItem" | "setItem">;
  /** Tells of other tabs ("storage"), of the line ("online") and of leaving ("pagehide"). */
  readonly target: Pick<EventTarget, "addEventListener">;
  online(): boolean;
}

/** A person's document here (`mine`), and as the server last had it (`base`, under `version`). */
interface Copy {
  readonly version: number;
  readonly base: Document;
  readonly mine: Document;
}

const NOTHING: Copy = { version: 0, base: {}, mine: {} };
/** Changes that follow one another are one write. */
const GATHER_MS = 800;
const AGAIN_MS = 15_000;
/** Each loses to another page at most; more is no coincidence. */
const MOST_TRIES = 4;

const place = (userId: number): string => `cardinal.preferences.${userId}`;

/** Where anything is wrong with what is stored, the usual holds: preferences never stand in the way of work. */
export class PreferenceStore {
  private userId: number | null = null;
  private copy = NOTHING;
  private readonly listeners = new Set<() => void>();
  private readonly parts = new Map<Part, { readonly from: unknown; readonly value: unknown }>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private writing = false;
  private changedMeanwhile = false;
  private refused = false;

  constructor(private readonly desk: PreferenceDesk) {
    desk.target.addEventListener("storage", (event) => this.heard(event as StorageEvent));
    desk.target.addEventListener("online", () => this.later(0));
    desk.target.addEventListener("pagehide", () => void this.flush());
  }

  /** Begins with this person's copy of here, and asks the server once. */
  open(userId: number): void {
    if (this.userId === userId) return;
    this.userId = userId;
    this.refused = false;
    this.take(this.stored(userId));
    void this.refresh();
  }

  get<P extends Part>(part: P): Preferences[P] {
    const from = this.copy.mine[part];
    const known = this.parts.get(part);
    // The same value for the same document, so that whoever compares sees no change.
    if (known !== undefined && known.from === from) return known.value as Preferences[P];
    const value = readPart(this.copy.mine, part);
    this.parts.set(part, { from, value });
    return value;
  }

  set<P extends Part>(part: P, value: Preferences[P]): void {
    if (same(this.copy.mine[part], value)) return;
    this.refused = false;
    this.changedMeanwhile = this.writing;
    this.take({ ...this.copy, mine: { ...this.copy.mine, [part]: value ?? undefined } });
    this.remember();
    this.later(GATHER_MS);
  }

  /** Changes one setting of a part that has many. */
  change(part: "view" | "workspace", values: Document): void {
    this.set(part, { ...this.get(part), ...values });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** True while the server does not have all. */
  get unsent(): boolean {
    return !same(ownParts(this.copy.mine), ownParts(this.copy.base));
  }

  /** Sends now what waits. */
  async flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.userId === null || this.writing || this.refused || !this.unsent || !this.desk.online()) return;
    this.writing = true;
    try {
      await this.send(this.userId, MOST_TRIES);
    } catch (error) {
      // A refusal (too much, or a newer page's parts) holds until the next change; the copy of here stays.
      if (isApiError(error) && error.temporary) this.later(AGAIN_MS);
      else this.refused = true;
    } finally {
      this.writing = false;
    }
    if (this.changedMeanwhile) this.later(GATHER_MS);
    this.changedMeanwhile = false;
  }

  private async send(userId: number, tries: number): Promise<void> {
    const { version, mine } = this.copy;
    try {
      this.settle(userId, await this.desk.write(version, ownParts(mine)), mine);
    } catch (error) {
      const current = isApiError(error, "stale_version") ? error.details["current"] : undefined;
      if (!isStored(current) || tries === 1) throw error;
      this.settle(userId, current, this.copy.base);
      if (this.unsent) await this.send(userId, tries - 1);
    }
  }

  private async refresh(): Promise<void> {
    const { userId } = this;
    if (userId === null) return;
    try {
      const found = await this.desk.read();
      if (isStored(found)) this.settle(userId, found, this.copy.base);
    } catch {
      // The copy of here will do.
    }
    if (this.unsent) this.later(GATHER_MS);
  }

  /** The server has this now; what was changed here since `sent` stays changed. */
  private settle(userId: number, { version, preferences }: StoredPreferences, sent: Document): void {
    if (userId !== this.userId) return;
    const mine = merged(sent, this.copy.mine, preferences);
    this.take({ version, base: preferences, mine: same(mine, this.copy.mine) ? this.copy.mine : mine });
    this.remember();
  }

  private take(copy: Copy): void {
    const changed = copy.mine !== this.copy.mine;
    this.copy = copy;
    if (changed) for (const listener of this.listeners) listener();
  }

  private later(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }

  private remember(): void {
    if (this.userId === null) return;
    try {
      this.desk.storage().setItem(place(this.userId), JSON.stringify(this.copy));
    } catch {
      // It holds until the page is left, and on the server.
    }
  }

  private stored(userId: number): Copy {
    try {
      return readCopy(this.desk.storage().getItem(place(userId)));
    } catch {
      return NOTHING;
    }
  }

  private heard({ key, newValue }: StorageEvent): void {
    if (this.userId === null || key !== place(this.userId) || newValue === null) return;
    const theirs = readCopy(newValue);
    // The other tab sends its own change; this one only shows it.
    const mine = merged(this.copy.base, this.copy.mine, theirs.mine);
    this.take({ version: theirs.version, base: theirs.base, mine: same(mine, this.copy.mine) ? this.copy.mine : mine });
  }
}

function isStored(value: unknown): value is StoredPreferences {
  return isDocument(value) && typeof value["version"] === "number" && isDocument(value["preferences"]);
}

function readCopy(text: string | null): Copy {
  try {
    const found: unknown = JSON.parse(text ?? "null");
    if (!isDocument(found)) return NOTHING;
    const { version, base, mine } = found;
    return typeof version === "number" && isDocument(base) && isDocument(mine) ? { version, base, mine } : NOTHING;
  } catch {
    return NOTHING;
  }
}
