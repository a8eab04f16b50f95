import type { HistoryData } from "../engine/historyData";
import type { Annotation } from "../api/types";
import type { Conflict } from "./conflicts";
import type { Entry } from "./operations";
import { timed } from "./workTime";

/** Whose unsent work, and where. */
export interface OutboxKey {
  readonly userId: number;
  readonly taskId: number;
}

/** What it takes to lead a person back to a task in which unsent work is left. */
export interface OutboxPlace extends OutboxKey {
  readonly projectId: number;
}

/** Who wrote an entry: one visit of one page. Two of them may have the same task open. */
export interface OutboxOwner extends OutboxPlace {
  readonly owner: string;
}

export interface UnsentElsewhere extends OutboxPlace {
  /** Changes that were not sent. */
  readonly count: number;
  /** Conflicts that wait for a choice. */
  readonly undecided: number;
}

/** What a tab keeps of a task so that undo survives a reload. */
export interface StoredHistory {
  /** Rows of another format are left alone. */
  readonly format: number;
  readonly data: HistoryData;
  /** The server's last word about objects that undo or redo would bring back. */
  readonly deleted: readonly Annotation[];
}

/** Each tab has a history of its own. */
export interface HistoryKey extends OutboxKey {
  readonly tab: string;
}

export interface HistoryStore {
  putHistory(key: HistoryKey, history: StoredHistory): Promise<void>;
  /** Hands the newest history of a tab that is gone to `key.tab`; a history is handed out once. */
  claimHistory(key: HistoryKey, open: ReadonlySet<string>): Promise<StoredHistory | null>;
}

/** Where unsent entries and open conflicts survive a reload or a crash. */
export interface OutboxStore {
  /** The entries of one task, by `seq`. */
  load(key: OutboxKey): Promise<Entry[]>;
  put(owner: OutboxOwner, entry: Entry): Promise<void>;
  /** Removes the entry if `owner` was the last to write it: a later visit may have more to send. */
  remove(owner: OutboxOwner, clientId: string): Promise<void>;
  /** Tasks of this user, other than the given one, in which something is unsent or undecided. */
  elsewhere(key: OutboxKey): Promise<UnsentElsewhere[]>;
  /** The conflicts of one task, in the order in which they came. */
  conflicts(key: OutboxKey): Promise<Conflict[]>;
  putConflict(place: OutboxPlace, conflict: Conflict): Promise<void>;
  removeConflict(key: OutboxKey, id: string): Promise<void>;
}

export interface StoredEntry extends OutboxOwner, Entry {}

/** A name for this visit. Not crypto.randomUUID: that exists only where the page is served with TLS. */
export function visitName(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

/** Unsent entries and open conflicts of any store, grouped by task. */
export function groupElsewhere(entries: readonly OutboxPlace[], conflicts: readonly OutboxPlace[], key: OutboxKey): UnsentElsewhere[] {
  const found = new Map<number, UnsentElsewhere>();
  const add = ({ userId, taskId, projectId }: OutboxPlace, count: number, undecided: number): void => {
    if (userId !== key.userId || taskId === key.taskId) return;
    const before = found.get(taskId) ?? { count: 0, undecided: 0 };
    found.set(taskId, { userId, taskId, projectId, count: before.count + count, undecided: before.undecided + undecided });
  };
  for (const entry of entries) add(entry, 1, 0);
  for (const conflict of conflicts) add(conflict, 0, 1);
  return [...found.values()].sort((a, b) => a.taskId - b.taskId);
}

/** A stored row without the place it was stored under. */
export function entryOf({ clientId, seq, base, target, desired, time }: StoredEntry): Entry {
  return { clientId, seq, base, target, desired, ...timed(time) };
}
