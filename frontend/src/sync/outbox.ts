import { ApiError } from "../api/errors";
import type { Annotation } from "../api/types";
import type { ObjectRecord } from "../engine/types";
import { backoffMs } from "./backoff";
import { rebased } from "./merging";
import { baseOf, isOutcome, isSettled, operationTo, type Base, type Entry, type Operation } from "./operations";
import type { OutboxOwner, OutboxStore } from "./store";
import { addedTime, timed, withoutTime, type WorkTime } from "./workTime";

export interface OutboxOptions {
  owner: OutboxOwner;
  store: OutboxStore;
  send: (operation: Operation) => Promise<Annotation>;
  /** The server's object after a request of ours was carried out. */
  onAnswer: (annotation: Annotation) => void;
  /** Somebody changed the object since it was seen here: `mine` is given up in favour of `current`, which follows. */
  onConflict: (current: Annotation, mine: ObjectRecord | null) => void;
  /** The server refused in a way that concerns all edits; nothing more is sent until `resume`. */
  onStop: (error: ApiError) => void;
  onChange: () => void;
  random: () => number;
}

const MOST_IN_FLIGHT = 4;
const STOPPING_CODES = new Set(["lease_held", "task_not_editable"]);
const STOPPING_STATUS = new Set([401, 403, 404]);

/**
 * Edits on their way to the server. One request at a time for each object and new objects one after the other, so
 * that the server numbers them in the order of the work. An entry leaves only when its last request was answered.
 */
export class Outbox {
  /** Why nothing is sent any more, until `resume`. */
  stop: ApiError | null = null;
  /** Why requests fail at the moment, when it is a reason that passes: no answer at all, or a server in trouble. */
  failing: "unreachable" | "server" | null = null;
  /** True when entries could not be written to the store: they live in this tab alone. */
  unstored = false;

  private readonly entries = new Map<string, Entry>();
  private readonly refusals = new Map<string, ApiError>();
  private readonly inFlight = new Set<string>();
  private readonly waiters = new Set<() => void>();
  private retries = 0;
  private nextSeq = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private open = false;
  private closed = false;
  private writes: Promise<void> = Promise.resolve();

  constructor(private readonly options: OutboxOptions) {}

  /** Takes over what an earlier visit left unsent. Sending begins with `resume`. */
  async load(): Promise<void> {
    const { store, owner } = this.options;
    let stored: Entry[];
    try {
      stored = await store.load(owner);
    } catch {
      this.unstored = true;
      return;
    }
    for (const entry of stored) {
      this.nextSeq = Math.max(this.nextSeq, entry.seq + 1);
      // Written anew, so that the entry belongs to this visit and the one before leaves it alone.
      if (!this.entries.has(entry.clientId)) this.keep(entry);
    }
  }

  get size(): number {
    return this.entries.size;
  }

  get(clientId: string): Entry | undefined {
    return this.entries.get(clientId);
  }

  ids(): readonly string[] {
    return [...this.entries.keys()];
  }

  /** Objects that the server will not take as they are, with its reasons. */
  refused(): readonly { clientId: string; error: ApiError }[] {
    return [...this.refusals].map(([clientId, error]) => ({ clientId, error }));
  }

  /** Notes what the person wants of one object; `base` is what the server had when they saw it. */
  edit(clientId: string, desired: ObjectRecord | null, base: Base | null, time: WorkTime | null = null): void {
    const old = this.entries.get(clientId);
    const entry: Entry = old
      ? { ...old, desired, ...timed(addedTime(old.time, time)) }
      : { clientId, seq: this.nextSeq++, base, target: null, desired, ...timed(time) };
    this.refusals.delete(clientId);
    this.keep(entry);
    this.changed();
    this.pump();
  }

  /** Starts, or starts again after a stop: everything is tried once more. */
  resume(): void {
    this.open = true;
    this.stop = null;
    this.refusals.clear();
    this.retryNow();
    this.changed();
  }

  /** The line seems to be back: do not wait for the next planned try. */
  retryNow(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.retries = 0;
    this.pump();
  }

  halt(error: ApiError): void {
    this.stop = error;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.changed();
  }

  /** Ends sending; an answer that is still on its way only removes its entry from the store. */
  close(): void {
    this.open = false;
    this.closed = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const wake of [...this.waiters]) wake();
  }

  /** Resolves with true once everything is answered; with false after `timeoutMs`, or when it cannot come to that. */
  flush(timeoutMs: number): Promise<boolean> {
    this.pump();
    return new Promise((resolve) => {
      const finish = (done: boolean): void => {
        clearTimeout(timer);
        this.waiters.delete(check);
        resolve(done);
      };
      const check = (): void => {
        if (this.entries.size === 0) finish(true);
        else if (!this.open || this.stop !== null || this.refusals.size > 0) finish(false);
      };
      const timer = setTimeout(() => finish(this.entries.size === 0), timeoutMs);
      this.waiters.add(check);
      check();
    });
  }

  /** Resolves when all that was written so far lies in the store. */
  stored(): Promise<void> {
    return this.writes;
  }

  private pump(): void {
    if (!this.open || this.stop !== null || this.timer !== undefined) return;
    let creating = false;
    for (const entry of [...this.entries.values()].sort((a, b) => a.seq - b.seq)) {
      if (this.inFlight.size >= MOST_IN_FLIGHT) return;
      if (this.refusals.has(entry.clientId)) continue;
      const target = entry.target ?? { record: entry.desired, ...timed(entry.time) };
      const operation = operationTo(entry.clientId, entry.base, target.record, target.time);
      if (operation === null) continue;
      const mustWait = operation.kind === "create" && creating;
      creating ||= operation.kind === "create";
      if (mustWait || this.inFlight.has(entry.clientId)) continue;
      this.keep(entry.target === null ? { ...withoutTime(entry), target } : entry);
      void this.send(entry.clientId, operation, target.record);
    }
  }

  private async send(clientId: string, operation: Operation, target: ObjectRecord | null): Promise<void> {
    this.inFlight.add(clientId);
    try {
      const answer = await this.options.send(operation);
      this.inFlight.delete(clientId);
      this.answered(clientId, operation, answer, target);
    } catch (error) {
      this.inFlight.delete(clientId);
      this.failed(clientId, error instanceof ApiError ? error : new ApiError(0, "unreachable", ""), target);
    }
    this.changed();
    this.pump();
  }

  private answered(clientId: string, operation: Operation, answer: Annotation, target: ObjectRecord | null): void {
    this.failing = null;
    this.retries = 0;
    // A repeated create answers with the object as it is now, and somebody may have changed it since.
    if (operation.kind === "create" && answer.version > 1 && !isOutcome(answer, target)) {
      this.giveUp(clientId, answer);
      return;
    }
    this.acknowledge(clientId, answer, target);
  }

  private acknowledge(clientId: string, answer: Annotation, target: ObjectRecord | null): void {
    const entry = this.entries.get(clientId);
    if (entry !== undefined) {
      // The record as it was sent stands for the server's: it may write the same mask with other letters.
      const record = target ?? entry.base?.record;
      this.keep({ ...entry, base: record === undefined ? baseOf(answer) : baseOf(answer, record), target: null });
    }
    this.options.onAnswer(answer);
  }

  private failed(clientId: string, error: ApiError, target: ObjectRecord | null): void {
    const passes = error.status === 0 || error.status === 429 || error.status >= 500;
    this.failing = !passes ? null : error.status === 0 ? "unreachable" : "server";
    if (!passes) this.retries = 0;
    const current = error.code === "stale_version" ? currentOf(error) : null;
    if (current !== null) {
      if (isOutcome(current, target)) this.acknowledge(clientId, current, target);
      else if (!this.merge(clientId, current)) this.giveUp(clientId, current);
    } else if (passes) {
      this.retryLater();
    } else if (STOPPING_STATUS.has(error.status) || STOPPING_CODES.has(error.code)) {
      this.halt(error);
      this.options.onStop(error);
    } else {
      this.refusals.set(clientId, error);
      const entry = this.entries.get(clientId);
      // Refused for good, so nothing was done: the next edit starts from what the server has.
      if (entry !== undefined) this.keep({ ...entry, target: null, ...timed(addedTime(entry.target?.time, entry.time)) });
    }
  }

  /** False when both changed the same of the object. */
  private merge(clientId: string, current: Annotation): boolean {
    const entry = this.entries.get(clientId);
    const merged = entry === undefined ? null : rebased(entry, current);
    if (merged === null) return false;
    this.keep(merged);
    this.options.onAnswer(current);
    return true;
  }

  private giveUp(clientId: string, current: Annotation): void {
    const mine = this.entries.get(clientId)?.desired ?? null;
    // Kept there before it is forgotten here: a crash in between must not lose it.
    if (!isOutcome(current, mine)) this.options.onConflict(current, mine);
    this.forget(clientId);
    this.options.onAnswer(current);
  }

  private retryLater(): void {
    if (!this.open || this.stop !== null || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.pump();
    }, backoffMs(this.retries, this.options.random));
    this.retries += 1;
  }

  private keep(entry: Entry): void {
    if (isSettled(entry)) {
      this.forget(entry.clientId);
      return;
    }
    this.entries.set(entry.clientId, entry);
    // A later visit may have the task open by now: what it wrote must not be overwritten.
    if (this.closed) return;
    this.write(() => this.options.store.put(this.options.owner, entry));
  }

  private forget(clientId: string): void {
    this.entries.delete(clientId);
    this.refusals.delete(clientId);
    this.write(() => this.options.store.remove(this.options.owner, clientId));
  }

  /** Writes to the store, one change after the other. */
  write(change: () => Promise<void>): void {
    this.writes = this.writes.then(change).catch(() => {
      if (this.unstored) return;
      this.unstored = true;
      this.options.onChange();
    });
  }

  private changed(): void {
    if (this.entries.size === 0) this.failing = null;
    for (const check of [...this.waiters]) check();
    this.options.onChange();
  }
}

function currentOf(error: ApiError): Annotation | null {
  const current = error.details["current"];
  if (typeof current !== "object" || current === null) return null;
  return "client_id" in current && "version" in current ? (current as Annotation) : null;
}
