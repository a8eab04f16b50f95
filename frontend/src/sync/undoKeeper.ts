import type { DroppedChange, HistoryApi, HistoryData } from "../engine/historyData";
import type { TaskSession } from "./session";
import type { HistoryKey, HistoryStore } from "./store";

/** Rises when stored steps could not be read any more. */
const FORMAT = 1;

export interface UndoKeeperOptions {
  readonly key: HistoryKey;
  readonly history: HistoryApi;
  readonly session: Pick<TaskSession, "deleted" | "recall" | "snapshot" | "subscribe">;
  readonly store: HistoryStore;
  /** The names of the other tabs that are open now: their histories are theirs. */
  readonly openTabs: () => Promise<ReadonlySet<string>>;
}

/** Keeps the steps of undo and redo over a reload, each tab its own. */
export class UndoKeeper {
  private lost: readonly DroppedChange[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly stops: (() => void)[] = [];
  private writing = false;
  private dirty = false;
  /** An answer of the server is still to come, which undo may need after a reload. */
  private unanswered = false;
  private closed = false;

  constructor(private readonly options: UndoKeeperOptions) {}

  /** What could not be taken over from the visit before, because somebody else changed it since. */
  readonly dropped = (): readonly DroppedChange[] => this.lost;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  dismiss(): void {
    this.lost = [];
    this.tell();
  }

  /** Takes over what a visit before has left, as soon as the objects are there, and keeps what comes. */
  async start(): Promise<void> {
    const { key, history, session, store } = this.options;
    try {
      const stored = await store.claimHistory(key, await this.options.openTabs());
      await this.opened();
      if (this.closed) return;
      if (stored !== null && stored.format === FORMAT) {
        session.recall(stored.deleted);
        this.lost = history.restore(stored.data);
        this.tell();
      }
    } catch {
      // Without the browser's database undo ends with the page; the save state speaks of what matters more.
      return;
    }
    this.stops.push(
      history.onChange(() => {
        this.unanswered = true;
        this.keep();
      }),
      session.subscribe(() => {
        if (!this.unanswered || session.snapshot().save.kind !== "saved") return;
        this.unanswered = false;
        this.keep();
      }),
    );
    this.keep();
  }

  close(): void {
    this.closed = true;
    for (const stop of this.stops) stop();
    this.listeners.clear();
  }

  private opened(): Promise<void> {
    const { session } = this.options;
    return new Promise((resolve) => {
      if (session.snapshot().task !== null) {
        resolve();
        return;
      }
      const stop = session.subscribe(() => {
        if (session.snapshot().task === null) return;
        stop();
        resolve();
      });
      this.stops.push(stop);
    });
  }

  /** One write at a time; what changes meanwhile is written after it. */
  private keep(): void {
    this.dirty = true;
    if (!this.writing) void this.write();
  }

  private async write(): Promise<void> {
    const { key, history, session, store } = this.options;
    this.writing = true;
    try {
      while (this.dirty) {
        this.dirty = false;
        const data = history.save();
        await store.putHistory(key, { format: FORMAT, data, deleted: session.deleted(idsOf(data)) });
      }
    } catch {
      // No room: what was kept before stays, and fits as far as the objects are still the same.
    }
    this.writing = false;
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

function idsOf({ done, undone }: HistoryData): Set<string> {
  return new Set([...done, ...undone].flatMap(({ changes }) => changes.map(([id]) => id)));
}
