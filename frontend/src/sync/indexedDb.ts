import type { Entry } from "./operations";
import {
  entryOf,
  groupElsewhere,
  type OutboxKey,
  type OutboxOwner,
  type OutboxStore,
  type StoredEntry,
  type UnsentElsewhere,
} from "./store";

const DATABASE = "cardinal";
const VERSION = 1;
const ENTRIES = "outbox";

/** Unsent entries in the browser's own database, under [user, task, object]. */
export class IndexedDbStore implements OutboxStore {
  private opened: Promise<IDBDatabase> | null = null;

  /** The factory is looked up late: where a browser has none, each call is rejected and the page works without. */
  constructor(private readonly factory: () => IDBFactory = () => indexedDB) {}

  async load(key: OutboxKey): Promise<Entry[]> {
    const range = IDBKeyRange.bound([key.userId, key.taskId], [key.userId, key.taskId, []]);
    const rows = await this.read(range);
    return rows.map(entryOf).sort((a, b) => a.seq - b.seq);
  }

  async put(owner: OutboxOwner, entry: Entry): Promise<void> {
    const row: StoredEntry = { ...owner, ...entry };
    await this.write((entries) => entries.put(row));
  }

  async remove({ userId, taskId, owner }: OutboxOwner, clientId: string): Promise<void> {
    const path = [userId, taskId, clientId];
    await this.write((entries) => {
      const found = entries.get(path) as IDBRequest<StoredEntry | undefined>;
      found.onsuccess = () => {
        if (found.result?.owner === owner) entries.delete(path);
      };
    });
  }

  async elsewhere(key: OutboxKey): Promise<UnsentElsewhere[]> {
    return groupElsewhere(await this.read(IDBKeyRange.bound([key.userId], [key.userId, []])), key);
  }

  private async read(range: IDBKeyRange): Promise<StoredEntry[]> {
    const database = await this.database();
    const entries = database.transaction(ENTRIES, "readonly").objectStore(ENTRIES);
    return settled<StoredEntry[]>(entries.getAll(range) as IDBRequest<StoredEntry[]>);
  }

  private async write(change: (entries: IDBObjectStore) => void): Promise<void> {
    const database = await this.database();
    // The default durability may keep a write in memory only; this one must outlive a crash of the machine.
    const transaction = database.transaction(ENTRIES, "readwrite", { durability: "strict" });
    change(transaction.objectStore(ENTRIES));
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
      request.result.createObjectStore(ENTRIES, { keyPath: ["userId", "taskId", "clientId"] });
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

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(reason(request.error));
  });
}

function reason(error: DOMException | null): Error {
  return error ?? new Error("The browser's database refused.");
}
