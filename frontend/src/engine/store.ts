/** The objects of the open image. Every change goes through `apply` and leaves it as a diff. */
import { alike } from "./facets";
import type { ChangeSource, ObjectRecord, RecordsDiff } from "./types";

export interface RecordsChange {
  readonly put?: readonly ObjectRecord[];
  readonly remove?: readonly string[];
}

export type RecordsListener = (diff: RecordsDiff, source: ChangeSource) => void;

export function isEmptyDiff(diff: RecordsDiff): boolean {
  return (
    Object.keys(diff.added).length === 0 &&
    Object.keys(diff.updated).length === 0 &&
    Object.keys(diff.removed).length === 0
  );
}

export function sameRecord(a: ObjectRecord, b: ObjectRecord): boolean {
  return a === b || alike(a, b);
}

export class Store {
  private readonly records = new Map<string, ObjectRecord>();
  /** The order in which ids were first seen; it survives removal, so that undo puts an object back in its place. */
  private readonly order = new Map<string, number>();
  private readonly listeners = new Set<RecordsListener>();
  private ordered: readonly ObjectRecord[] | null = null;

  get size(): number {
    return this.records.size;
  }

  get(id: string): ObjectRecord | undefined {
    return this.records.get(id);
  }

  /** All objects, first seen first; the same array until something changes. */
  all(): readonly ObjectRecord[] {
    const place = (record: ObjectRecord): number => this.order.get(record.id) ?? 0;
    this.ordered ??= [...this.records.values()].sort((a, b) => place(a) - place(b));
    return this.ordered;
  }

  listen(listener: RecordsListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Puts, then removes whole records; what is already so is left out of the diff, and an empty diff tells nobody. */
  apply(change: RecordsChange, source: ChangeSource): RecordsDiff {
    const before = new Map<string, ObjectRecord | undefined>();
    const remember = (id: string): void => {
      if (!before.has(id)) before.set(id, this.records.get(id));
    };
    for (const record of change.put ?? []) {
      remember(record.id);
      this.put(record);
    }
    for (const id of change.remove ?? []) {
      remember(id);
      if (this.records.delete(id)) this.ordered = null;
    }
    const diff = this.since(before);
    if (!isEmptyDiff(diff)) this.tell(diff, source);
    return diff;
  }

  /** Forgets everything, order included. */
  clear(): void {
    this.apply({ remove: [...this.records.keys()] }, "remote");
    this.order.clear();
  }

  private since(before: ReadonlyMap<string, ObjectRecord | undefined>): RecordsDiff {
    const added: Record<string, ObjectRecord> = {};
    const updated: Record<string, readonly [ObjectRecord, ObjectRecord]> = {};
    const removed: Record<string, ObjectRecord> = {};
    for (const [id, from] of before) {
      const to = this.records.get(id);
      if (from === undefined && to !== undefined) added[id] = to;
      else if (from !== undefined && to === undefined) removed[id] = from;
      else if (from !== undefined && to !== undefined && !sameRecord(from, to)) updated[id] = [from, to];
    }
    return { added, updated, removed };
  }

  private put(record: ObjectRecord): void {
    if (!this.order.has(record.id)) this.order.set(record.id, this.order.size);
    this.records.set(record.id, record);
    this.ordered = null;
  }

  private tell(diff: RecordsDiff, source: ChangeSource): void {
    for (const listener of [...this.listeners]) listener(diff, source);
  }
}
