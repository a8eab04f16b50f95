import type { ObjectRecord, MaskAnswer, MaskFailure, RecordsDiff, RemoteChange } from "../../engine/types";
import type { Conflict } from "../conflicts";
import type { Entry } from "../operations";
import type { SessionEngine } from "../session";
import {
  entryOf,
  groupElsewhere,
  type HistoryKey,
  type HistoryStore,
  type OutboxKey,
  type OutboxOwner,
  type OutboxPlace,
  type OutboxStore,
  type StoredEntry,
  type StoredHistory,
} from "../store";

/** A store that lives as long as the test; copies what it is given, as a database does. */
export class MemoryStore implements OutboxStore, HistoryStore {
  readonly rows = new Map<string, StoredEntry>();
  readonly kept = new Map<string, Conflict>();
  private readonly conflictPlaces = new Map<string, OutboxPlace>();
  readonly histories = new Map<string, HistoryKey & StoredHistory>();
  failing = false;

  async load(key: OutboxKey): Promise<Entry[]> {
    await this.pause();
    const rows = [...this.rows.values()].filter((row) => row.userId === key.userId && row.taskId === key.taskId);
    return structuredClone(rows).map(entryOf).sort((a, b) => a.seq - b.seq);
  }

  async put(owner: OutboxOwner, entry: Entry): Promise<void> {
    await this.pause();
    this.rows.set(rowKey(owner, entry.clientId), structuredClone({ ...owner, ...entry }));
  }

  async remove(owner: OutboxOwner, clientId: string): Promise<void> {
    await this.pause();
    const key = rowKey(owner, clientId);
    if (this.rows.get(key)?.owner === owner.owner) this.rows.delete(key);
  }

  async elsewhere(key: OutboxKey): ReturnType<OutboxStore["elsewhere"]> {
    await this.pause();
    return groupElsewhere([...this.rows.values()], [...this.conflictPlaces.values()], key);
  }

  async conflicts(key: OutboxKey): Promise<Conflict[]> {
    await this.pause();
    const rows = [...this.kept].filter(([name]) => name.startsWith(`${key.userId}/${key.taskId}/`));
    return structuredClone(rows.map(([, conflict]) => conflict));
  }

  async putConflict(place: OutboxPlace, conflict: Conflict): Promise<void> {
    await this.pause();
    this.kept.set(rowKey(place, conflict.id), structuredClone(conflict));
    this.conflictPlaces.set(rowKey(place, conflict.id), place);
  }

  async removeConflict(key: OutboxKey, id: string): Promise<void> {
    await this.pause();
    this.kept.delete(rowKey(key, id));
    this.conflictPlaces.delete(rowKey(key, id));
  }

  async putHistory(key: HistoryKey, history: StoredHistory): Promise<void> {
    await this.pause();
    const name = rowKey(key, key.tab);
    this.histories.delete(name);
    this.histories.set(name, structuredClone({ ...key, ...history }));
  }

  async claimHistory(key: HistoryKey, open: ReadonlySet<string>): Promise<StoredHistory | null> {
    await this.pause();
    const free = [...this.histories].filter(
      ([, row]) => row.userId === key.userId && row.taskId === key.taskId && (row.tab === key.tab || !open.has(row.tab)),
    );
    for (const [name] of free) this.histories.delete(name);
    const claimed = (free.find(([, row]) => row.tab === key.tab) ?? free.at(-1))?.[1];
    if (claimed === undefined) return null;
    this.histories.set(rowKey(key, key.tab), { ...claimed, tab: key.tab });
    return structuredClone(claimed);
  }

  private async pause(): Promise<void> {
    await Promise.resolve();
    if (this.failing) throw new DOMException("no room", "QuotaExceededError");
  }
}

const rowKey = (key: OutboxKey, clientId: string): string => `${key.userId}/${key.taskId}/${clientId}`;

/** An engine without a canvas: it keeps objects and tells changes, as the real one does. */
export class FakeEngine implements SessionEngine {
  readonly objects = new Map<string, ObjectRecord>();
  readonly remote: RemoteChange[] = [];
  readonly masks: MaskAnswer[] = [];
  readonly failures: MaskFailure[] = [];
  readOnly = false;
  private readonly listeners = new Set<(diff: RecordsDiff, source: "user" | "remote") => void>();

  applyRemote(change: RemoteChange): void {
    this.remote.push(change);
    for (const record of change.upsert ?? []) this.objects.set(record.id, record);
    for (const id of change.remove ?? []) this.objects.delete(id);
    this.tell({ added: {}, updated: {}, removed: {} }, "remote");
  }
  deliverMask(answer: MaskAnswer): void {
    this.masks.push(answer);
  }
  failMask(failure: MaskFailure): void {
    this.failures.push(failure);
  }
  setReadOnly(flag: boolean): void {
    this.readOnly = flag;
  }
  onObjects(listener: (diff: RecordsDiff, source: "user" | "remote") => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What a person does: adds, changes or (null) removes one object. */
  user(id: string, record: ObjectRecord | null): void {
    const before = this.objects.get(id);
    if (record === null) this.objects.delete(id);
    else this.objects.set(id, record);
    const diff: RecordsDiff = {
      added: record !== null && before === undefined ? { [id]: record } : {},
      updated: record !== null && before !== undefined ? { [id]: [before, record] } : {},
      removed: record === null && before !== undefined ? { [id]: before } : {},
    };
    this.tell(diff, "user");
  }

  private tell(diff: RecordsDiff, source: "user" | "remote"): void {
    for (const listener of this.listeners) listener(diff, source);
  }
}

/** Lets everything that waits for nothing but promises go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
