import type { UploadProblem, UploadResult } from "../../api/types";
import { isApiError } from "../../api/errors";
import { settleBatch, type Settled } from "./settle";

export type UploadState = "waiting" | "sending" | "done" | "duplicate" | "failed";

export interface UploadItem {
  readonly id: number;
  readonly file: File;
  readonly state: UploadState;
  /** Bytes of this file the server has taken, as far as the browser knows. */
  readonly sent: number;
  readonly problem: Pick<UploadProblem, "code" | "message"> | null;
}

export interface UploadSummary {
  readonly items: readonly UploadItem[];
  readonly active: boolean;
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly counts: Readonly<Record<UploadState, number>>;
}

export type SendBatch = (
  files: readonly File[],
  options: { onProgress: (sentBytes: number) => void; signal: AbortSignal },
) => Promise<UploadResult>;

export interface UploadQueueOptions {
  send: SendBatch;
  /** Called after each batch that stored at least one image. */
  onStored?: () => void;
  concurrency?: number;
  batchFiles?: number;
  batchBytes?: number;
  /** Waits before a batch is sent again after the line broke, in ms; its length is the number of retries. */
  retryDelays?: readonly number[];
  wait?: (ms: number) => Promise<void>;
}

/** The server refuses a larger request. */
export const LARGEST_FILE = 200 * 1000 * 1000;
const BATCH_FILES = 8;
const BATCH_BYTES = 48 * 1000 * 1000;
const CONCURRENCY = 2;
const RETRY_DELAYS = [1000, 4000];

/** Sends files in small batches, a few at a time, and knows for each file how it went. */
export class UploadQueue {
  private items: UploadItem[] = [];
  private summary: UploadSummary = summarise([]);
  private readonly listeners = new Set<() => void>();
  private readonly abort = new Set<AbortController>();
  private running = 0;
  private nextId = 1;
  private readonly options: Required<UploadQueueOptions>;

  constructor(options: UploadQueueOptions) {
    this.options = {
      onStored: () => undefined,
      concurrency: CONCURRENCY,
      batchFiles: BATCH_FILES,
      batchBytes: BATCH_BYTES,
      retryDelays: RETRY_DELAYS,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      ...options,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Immutable until something changes, as React wants it. */
  readonly snapshot = (): UploadSummary => this.summary;

  add(files: readonly File[]): void {
    const added = files.map((file): UploadItem => {
      const tooLarge = file.size > LARGEST_FILE;
      const problem = tooLarge ? { code: "over_limit", message: "" } : null;
      return { id: this.nextId++, file, state: tooLarge ? "failed" : "waiting", sent: 0, problem };
    });
    this.update([...this.items, ...added]);
    this.pump();
  }

  /** Sends one failed file again, or all of them. */
  retry(id?: number): void {
    this.update(
      this.items.map((item) =>
        item.state === "failed" && (id === undefined || item.id === id)
          ? { ...item, state: "waiting", sent: 0, problem: null }
          : item,
      ),
    );
    this.pump();
  }

  /** Forgets a file that is not under way. */
  dismiss(id: number): void {
    this.update(this.items.filter((item) => item.id !== id || item.state === "sending"));
  }

  /** Forgets everything that has ended. */
  clearEnded(): void {
    this.update(this.items.filter((item) => item.state === "waiting" || item.state === "sending"));
  }

  /** Stops: files under way are given up, files waiting are forgotten. */
  cancel(): void {
    this.update(this.items.filter((item) => item.state !== "waiting" && item.state !== "sending"));
    for (const controller of this.abort) controller.abort();
  }

  private pump(): void {
    while (this.running < this.options.concurrency) {
      const batch = this.takeBatch();
      if (batch.length === 0) return;
      this.running += 1;
      void this.sendBatch(batch).finally(() => {
        this.running -= 1;
        this.pump();
      });
    }
  }

  /** Two files of one name never share a batch: the server reports its refusals by name. */
  private takeBatch(): readonly UploadItem[] {
    const batch: UploadItem[] = [];
    const names = new Set<string>();
    let bytes = 0;
    for (const item of this.items) {
      if (item.state !== "waiting" || names.has(item.file.name)) continue;
      if (batch.length > 0 && bytes + item.file.size > this.options.batchBytes) break;
      batch.push(item);
      names.add(item.file.name);
      bytes += item.file.size;
      if (batch.length >= this.options.batchFiles) break;
    }
    const ids = new Set(batch.map((item) => item.id));
    if (batch.length > 0) this.patch(ids, () => ({ state: "sending", sent: 0 }));
    return batch;
  }

  private async sendBatch(batch: readonly UploadItem[]): Promise<void> {
    const controller = new AbortController();
    this.abort.add(controller);
    try {
      const settled = await this.attempt(batch, controller.signal);
      this.patch(new Set(settled.keys()), (item) => ended(item, settled.get(item.id)));
      const stored = [...settled.values()].some(({ state }) => state !== "failed");
      if (stored) this.options.onStored();
    } finally {
      this.abort.delete(controller);
    }
  }

  private async attempt(batch: readonly UploadItem[], signal: AbortSignal): Promise<ReadonlyMap<number, Settled>> {
    const files = batch.map((item) => item.file);
    const onProgress = (sentBytes: number): void => this.spread(batch, sentBytes);
    for (let tries = 0; ; tries += 1) {
      try {
        return settleBatch(batch, await this.options.send(files, { onProgress, signal }));
      } catch (error) {
        const delay = this.options.retryDelays[tries];
        const again = isApiError(error) && error.temporary && delay !== undefined && !signal.aborted;
        if (!again) return settleBatch(batch, error);
        onProgress(0);
        await this.options.wait(delay);
        if (signal.aborted) return settleBatch(batch, error);
      }
    }
  }

  /** The browser counts bytes of the whole request; the files lie in it one after the other. */
  private spread(batch: readonly UploadItem[], sentBytes: number): void {
    const sent = new Map<number, number>();
    let left = sentBytes;
    for (const { id, file } of batch) {
      const share = Math.max(0, Math.min(file.size, left));
      sent.set(id, share);
      left -= share;
    }
    this.patch(new Set(sent.keys()), (item) => ({ sent: sent.get(item.id) ?? item.sent }));
  }

  private patch(ids: ReadonlySet<number>, change: (item: UploadItem) => Partial<UploadItem>): void {
    this.update(this.items.map((item) => (ids.has(item.id) ? { ...item, ...change(item) } : item)));
  }

  private update(items: UploadItem[]): void {
    this.items = items;
    this.summary = summarise(items);
    for (const listener of this.listeners) listener();
  }
}

function ended(item: UploadItem, outcome: Settled | undefined): Partial<UploadItem> {
  if (outcome === undefined) return {};
  return { ...outcome, sent: outcome.state === "failed" ? 0 : item.file.size };
}

function summarise(items: readonly UploadItem[]): UploadSummary {
  const counts = { waiting: 0, sending: 0, done: 0, duplicate: 0, failed: 0 };
  let sentBytes = 0;
  let totalBytes = 0;
  for (const item of items) {
    counts[item.state] += 1;
    if (item.state === "failed") continue;
    sentBytes += item.sent;
    totalBytes += item.file.size;
  }
  return { items, counts, sentBytes, totalBytes, active: counts.waiting + counts.sending > 0 };
}
