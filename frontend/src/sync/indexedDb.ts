import type { Conflict } from "./conflicts";
import type { Entry } from "./operations";
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
  type UnsentElsewhere,
} from "./store";

const DATABASE = "cardinal";
const VERSION = 2;
const ENTRIES = "outbox";
const CONFLICTS = "conflicts";
const HISTORIES = "histories";
const BY_AGE = "by age";
const MOST_HISTORIES = 30;
/** Each kind of row lies under the person, the task, and a name of its own. */
const KEY_PATHS: Readonly<Record<string, string>> = { [ENTRIES]: "clientId", [CONFLICTS]: "id", [HISTORIES]: "tab" };

interface StoredConflict extends OutboxKey {
  readonly id: string;
  /** Rows of an older version of the page have none, and nobody is led to them. */
  readonly projectId?: number;
  readonly conflict: Conflict;
  /** Their order. */
  readonly since: number;
}
interface HistoryRow extends HistoryKey, StoredHistory {
  readonly since: number;
}

const ofTask = ({ userId, taskId }: OutboxKey): IDBKeyRange => IDBKeyRange.bound([userId, taskId], [userId, taskId, []]);

/** Unsent entries, open conflicts and undo histories in the browser's own database. */
export class IndexedDbStore implements OutboxStore, HistoryStore {
  private opened: Promise<IDBDatabase> | null = null;

  /** The factory is looked up late: where a browser has none, each call is rejected and the page works without. */
  constructor(
    private readonly factory: () => IDBFactory = () => indexedDB,
    private readonly now: () => number = () => Date.now(),
  ) {}

  async load(key: OutboxKey): Promise<Entry[]> {
    const rows = await this.read<StoredEntry>(ENTRIES, ofTask(key));
    return rows.map(entryOf).sort((a, b) => a.seq - b.seq);
  }

  async put(owner: OutboxOwner, entry: Entry): Promise<void> {
    const row: StoredEntry = { ...owner, ...entry };
    await this.write(ENTRIES, (entries) => entries.put(row));
  }

  async remove({ userId, taskId, owner }: OutboxOwner, clientId: string): Promise<void> {
    const path = [userId, taskId, clientId];
    await this.write(ENTRIES, (entries) => {
      const found = entries.get(path) as IDBRequest<StoredEntry | undefined>;
      found.onsuccess = () => {
        if (found.result?.owner === owner) entries.delete(path);
      };
    });
  }

  async elsewhere(key: OutboxKey): Promise<UnsentElsewhere[]> {
    const all = IDBKeyRange.bound([key.userId], [key.userId, []]);
    const conflicts = await this.read<StoredConflict>(CONFLICTS, all);
    const found = conflicts.filter((row): row is StoredConflict & OutboxPlace => row.projectId !== undefined);
    return groupElsewhere(await this.read<StoredEntry>(ENTRIES, all), found, key);
  }

  async conflicts(key: OutboxKey): Promise<Conflict[]> {
    const rows = await this.read<StoredConflict>(CONFLICTS, ofTask(key));
    return rows.sort((a, b) => a.since - b.since).map(({ conflict }) => conflict);
  }

  async putConflict({ userId, taskId, projectId }: OutboxPlace, conflict: Conflict): Promise<void> {
    const row: StoredConflict = { userId, taskId, projectId, id: conflict.id, conflict, since: this.now() };
    await this.write(CONFLICTS, (conflicts) => conflicts.put(row));
  }

  async removeConflict({ userId, taskId }: OutboxKey, id: string): Promise<void> {
    await this.write(CONFLICTS, (conflicts) => conflicts.delete([userId, taskId, id]));
  }

  async putHistory({ userId, taskId, tab }: HistoryKey, { format, data, deleted }: StoredHistory): Promise<void> {
    const row: HistoryRow = { userId, taskId, tab, format, data, deleted, since: this.now() };
    await this.write(HISTORIES, (histories) => histories.put(row));
  }

  /** One transaction: of two tabs that open at once, one gets it. */
  async claimHistory({ userId, taskId, tab }: HistoryKey, open: ReadonlySet<string>): Promise<StoredHistory | null> {
    let claimed: HistoryRow | null = null;
    await this.write(HISTORIES, (histories) => {
      const found = histories.getAll(ofTask({ userId, taskId })) as IDBRequest<HistoryRow[]>;
      found.onsuccess = () => {
        const own = (row: HistoryRow): number => Number(row.tab === tab);
        const free = found.result.filter((row) => row.tab === tab || !open.has(row.tab));
        claimed = free.sort((a, b) => own(a) - own(b) || a.since - b.since).at(-1) ?? null;
        // What is older than the newest belongs to tabs that were closed long ago.
        for (const row of free) histories.delete([userId, taskId, row.tab]);
        if (claimed !== null) histories.put({ ...claimed, tab });
        forgetOldest(histories);
      };
    });
    return claimed;
  }

  private async read<Row>(name: string, range: IDBKeyRange): Promise<Row[]> {
    const database = await this.database();
    const rows = database.transaction(name, "readonly").objectStore(name);
    return settled<Row[]>(rows.getAll(range) as IDBRequest<Row[]>);
  }

  private async write(name: string, change: (rows: IDBObjectStore) => void): Promise<void> {
    const database = await this.database();
    // The default durability may keep a write in memory only; this one must outlive a crash of the machine.
    const transaction = database.transaction(name, "readwrite", { durability: "strict" });
    change(transaction.objectStore(name));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(reason(transaction.error));
    });
  }

  private database(): Promise<IDBDatabase> {
    this.opened ??= this.open().catch((error: unknown) => {
      this.opened = null;
      throw error;
    });
    return this.opened;
  }

  private async open(): Promise<IDBDatabase> {
    const request = this.factory().open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      const made = request.result.objectStoreNames;
      for (const [name, own] of Object.entries(KEY_PATHS)) {
        if (made.contains(name)) continue;
        const rows = request.result.createObjectStore(name, { keyPath: ["userId", "taskId", own] });
        if (name === HISTORIES) rows.createIndex(BY_AGE, "since");
      }
    };
    const database = await settled(request);
    // Another tab with a newer version of the application must be able to upgrade.
    database.onversionchange = () => {
      database.close();
      this.opened = null;
    };
    database.onclose = () => {
      this.opened = null;
    };
    return database;
  }
}

/** Tasks come by the hundred a day; of the last ones somebody may want to undo something. */
function forgetOldest(histories: IDBObjectStore): void {
  const oldestFirst = histories.index(BY_AGE).getAllKeys();
  oldestFirst.onsuccess = () => {
    for (const key of oldestFirst.result.slice(0, -MOST_HISTORIES)) histories.delete(key);
  };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(reason(request.error));
  });
}

function reason(error: DOMException | null): Error {
  return error ?? new Error("The browser's database refused.");
}
