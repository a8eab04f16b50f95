/** Which objects this person sees and may change. Known to this page alone: nobody else's view changes with it. */
import { stacked } from "./stacking";
import type { ObjectRecord } from "./types";

export interface Sight {
  readonly hidden: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
  /** While one object is looked at by itself: it, and what was drawn since. */
  readonly only: ReadonlySet<string> | null;
}

export interface VisibilityApi {
  /** The same until something changes. */
  state(): Sight;
  listen(listener: () => void): () => void;
  /** Neither drawn nor hit, be it hidden itself or left out while another is isolated. */
  isHidden(id: string): boolean;
  isLocked(id: string): boolean;
  hide(id: string, flag: boolean): void;
  lock(id: string, flag: boolean): void;
  /** Shows this object alone; null shows the others again. */
  isolate(id: string | null): void;
  /** Nothing is hidden or left out any more; locks stay. */
  showAll(): void;
}

const ALL: Sight = { hidden: new Set(), locked: new Set(), only: null };

function withMember(set: ReadonlySet<string>, id: string, flag: boolean): ReadonlySet<string> {
  const copy = new Set(set);
  if (flag) copy.add(id);
  else copy.delete(id);
  return copy;
}

export class Visibility implements VisibilityApi {
  private sight = ALL;
  private readonly listeners = new Set<() => void>();
  private shown: { all: readonly ObjectRecord[]; sight: Sight; result: readonly ObjectRecord[] } | null = null;

  constructor(private readonly changed: () => void) {}

  readonly state = (): Sight => this.sight;

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  isHidden(id: string): boolean {
    const { hidden, only } = this.sight;
    return only === null ? hidden.has(id) : !only.has(id);
  }

  isLocked(id: string): boolean {
    return this.sight.locked.has(id);
  }

  hide(id: string, flag: boolean): void {
    this.become({ ...this.sight, hidden: withMember(this.sight.hidden, id, flag) });
  }

  lock(id: string, flag: boolean): void {
    this.become({ ...this.sight, locked: withMember(this.sight.locked, id, flag) });
  }

  isolate(id: string | null): void {
    this.become({ ...this.sight, only: id === null ? null : new Set([id]) });
  }

  showAll(): void {
    this.become({ ...this.sight, hidden: new Set(), only: null });
  }

  /** What a person has just made is seen, whatever was isolated. */
  made(ids: readonly string[]): void {
    const { only } = this.sight;
    if (only !== null && ids.length > 0) this.become({ ...this.sight, only: new Set([...only, ...ids]) });
  }

  /** Looking at nothing would look like a loss of everything. */
  gone(left: (id: string) => boolean): void {
    const { only } = this.sight;
    if (only !== null && ![...only].some(left)) this.isolate(null);
  }

  clear(): void {
    if (this.sight !== ALL) this.become(ALL);
  }

  /** What is drawn and hit, from back to front; the same array until something changes. */
  of(all: readonly ObjectRecord[]): readonly ObjectRecord[] {
    const { sight } = this;
    if (this.shown?.all !== all || this.shown.sight !== sight) {
      const nothingHidden = sight.hidden.size === 0 && sight.only === null;
      const seen = nothingHidden ? all : all.filter(({ id }) => !this.isHidden(id));
      this.shown = { all, sight, result: stacked(seen) };
    }
    return this.shown.result;
  }

  private become(sight: Sight): void {
    this.sight = sight;
    this.changed();
    for (const listener of [...this.listeners]) listener();
  }
}
