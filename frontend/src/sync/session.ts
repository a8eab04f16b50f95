import { ApiError } from "../api/errors";
import type { Counts, Lease, Review, Role, Task, TaskDetail, TaskEvent, User } from "../api/types";
import type { EngineApi, MaskRequest } from "../engine/types";
import { accessTo, type Access } from "./access";
import type { SyncApi } from "./api";
import { heldLease, LeaseKeeper } from "./lease";
import { MaskRequests, type MaskFailureCode } from "./maskRequests";
import { ObjectSync } from "./objectSync";
import { Outbox } from "./outbox";
import { conflictWith, saveState, type Conflict, type SessionSnapshot } from "./snapshot";
import { openSocket, type Refusal, type Socket, type SocketOptions, type SocketState } from "./socket";
import { visitName, type OutboxStore } from "./store";

/** What the session needs of the canvas engine. */
export type SessionEngine = Pick<
  EngineApi,
  "applyRemote" | "deliverMask" | "failMask" | "onObjects" | "setReadOnly"
>;

export interface SessionOptions {
  taskId: number;
  projectId: number;
  user: User;
  role: Role;
  engine: SessionEngine;
  api: SyncApi;
  store: OutboxStore;
  /** A sentence for a mask that failed on this side. */
  describe: (code: MaskFailureCode) => string;
  /** Whether the person has done anything lately; only then is the lease renewed. */
  isActive?: () => boolean;
  open?: (options: SocketOptions<TaskEvent>) => Socket;
  now?: () => number;
  random?: () => number;
}

/**
 * One open task: shows fresh states, events and unsent edits in the engine, sends those edits, asks for masks and
 * holds the lease. Knows no framework; `subscribe` and `snapshot` fit React's `useSyncExternalStore`.
 */
export class TaskSession {
  private readonly outbox: Outbox;
  private readonly objects: ObjectSync;
  private readonly masks: MaskRequests;
  private readonly keeper: LeaseKeeper;
  private readonly listeners = new Set<() => void>();
  private readonly watchers = new Set<(event: TaskEvent) => void>();
  private readonly stopEngine: () => void;
  private socket: Socket | null = null;
  private connection: SocketState = "connecting";
  private refusal: Refusal | null = null;
  private connectionMark = 0;
  private task: TaskDetail | null = null;
  private lease: Lease | null = null;
  private review: Review | null = null;
  private counts: Counts | null = null;
  private access: Access = { kind: "opening" };
  private conflicts: readonly Conflict[] = [];
  private leaving = false;
  private closed = false;
  private current: SessionSnapshot;

  constructor(private readonly options: SessionOptions) {
    const { engine } = options;
    const { send } = this;
    const onSilence = (): void => this.socket?.reconnect();
    this.outbox = this.makeOutbox();
    this.objects = new ObjectSync(engine, this.outbox);
    this.masks = new MaskRequests({
      send,
      onSilence,
      now: options.now ?? (() => performance.now()),
      deliver: (answer) => engine.deliverMask(answer),
      fail: (failure) => engine.failMask(failure),
      describe: options.describe,
    });
    this.keeper = new LeaseKeeper({
      send,
      onSilence,
      isActive: options.isActive ?? (() => true),
      take: () => options.api.takeLease(options.taskId),
      onTaken: (lease) => this.leaseIs(lease, true),
      onRefused: (error) => this.stopped(error),
      random: options.random ?? Math.random,
    });
    this.current = this.build();
    engine.setReadOnly(true);
    this.stopEngine = engine.onObjects((diff, source) => {
      if (source === "user") this.objects.edited(diff);
    });
  }

  /** Reads what an earlier visit left unsent, then connects. */
  async start(): Promise<void> {
    await this.outbox.load();
    if (this.closed) return;
    this.objects.show(this.outbox.ids());
    const open = this.options.open ?? openSocket<TaskEvent>;
    this.socket = open({
      path: `/ws/tasks/${this.options.taskId}`,
      onEvent: (event) => {
        this.receive(event);
        if (!this.closed) for (const watcher of [...this.watchers]) watcher(event);
      },
      onState: (state, refusal) => this.connected(state, refusal),
    });
  }

  /** Ends everything. A task with nothing left to send is given back. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.stopEngine();
    this.keeper.close();
    this.masks.close();
    this.outbox.close();
    this.socket?.close();
    this.listeners.clear();
    this.watchers.clear();
    if (this.outbox.size > 0 || this.access.kind !== "edit" || this.leaving) return;
    this.options.api.releaseLease(this.options.taskId).catch(() => undefined);
  }

  readonly snapshot = (): SessionSnapshot => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Everything that comes over the socket, after the session has taken it in. */
  readonly onEvent = (watcher: (event: TaskEvent) => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Sends a frame; false, and nothing is sent, while there is no connection. */
  readonly send = (frame: object): boolean => this.socket?.send(frame) ?? false;

  requestMask(request: MaskRequest): void {
    this.masks.ask(request);
  }

  dismissConflicts(): void {
    this.conflicts = [];
    this.publish();
  }

  /** After a stop (somebody else has the task, signed out, ...): looks again and sends what is unsent. */
  async retry(): Promise<void> {
    const mark = this.objects.server.mark();
    try {
      this.opened(await this.options.api.task(this.options.taskId), mark);
    } catch (error) {
      if (error instanceof ApiError && !error.temporary) this.outbox.halt(error);
    }
  }

  /** Waits for all edits to be answered; false when that does not happen within `timeoutMs`. */
  flush(timeoutMs: number): Promise<boolean> {
    return this.outbox.flush(timeoutMs);
  }

  /** The person goes on to another task: the lease is neither renewed nor taken again. */
  beginLeaving(): void {
    this.leaving = true;
    this.keeper.heartbeat.stop();
  }

  /** Gives the lease back, so that the next task can be asked for. */
  async release(): Promise<void> {
    if (this.access.kind === "edit") await this.options.api.releaseLease(this.options.taskId);
  }

  /** The person stays after all: going on failed, or there is no other task. */
  stay(): void {
    this.leaving = false;
    this.settle();
  }

  /** Takes the answer to submit, accept and the like. */
  taskChanged(task: Task): void {
    if (this.task === null || task.id !== this.options.taskId) return;
    const { annotations, comments, last_review } = this.task;
    this.task = { ...task, annotations, comments, last_review };
    this.leaseIs(task.lease, false);
  }

  private makeOutbox(): Outbox {
    const { taskId, projectId, user, api, store, random } = this.options;
    return new Outbox({
      owner: { userId: user.id, taskId, projectId, owner: visitName() },
      store,
      send: (operation) => api.send(taskId, operation),
      onAnswer: (annotation) => this.objects.take(annotation),
      onConflict: (annotation) => {
        this.conflicts = [...this.conflicts, conflictWith(annotation)];
        this.objects.take(annotation);
      },
      onStop: (error) => this.stopped(error),
      onChange: () => this.publish(),
      random: random ?? Math.random,
    });
  }

  private receive(event: TaskEvent): void {
    if (this.closed) return;
    this.keeper.heartbeat.heard();
    this.masks.heard();
    switch (event.type) {
      case "task.opened":
        this.opened(event.task, this.connectionMark);
        this.masks.connected();
        break;
      case "annotation.changed":
        this.objects.take(event.annotation);
        break;
      case "proposal.ready":
        this.masks.ready(event.request_id, event.proposal);
        break;
      case "proposal.failed":
        this.masks.failed(event.request_id, event.code, event.message);
        break;
      case "task.changed":
        this.review = event.last_review ?? this.review;
        this.taskChanged(event.task);
        break;
      case "lease.renewed":
        this.leaseIs(event.lease, false);
        break;
      case "project.changed":
        this.counts = event.counts;
        this.publish();
        break;
      case "error":
        this.frameRefused(event.request_id, event.code, event.message);
        break;
    }
  }

  private connected(state: SocketState, refusal: Refusal | null): void {
    if (this.closed) return;
    this.connection = state;
    this.refusal = refusal;
    if (state === "connecting") this.connectionMark = this.objects.server.mark();
    if (state !== "open") this.keeper.heartbeat.heard();
    if (refusal !== null) this.outbox.halt(new ApiError(REFUSAL_STATUS[refusal], refusal, ""));
    this.publish();
  }

  /** A fresh state that was asked for at `mark`. */
  private opened(task: TaskDetail, mark: number): void {
    if (this.closed) return;
    const { doubtful } = this.objects.takeAll(task.annotations, mark);
    this.task = task;
    this.review = task.last_review;
    this.leaseIs(task.lease, true);
    if (doubtful) void this.lookAgain();
  }

  /** The fresh state was older than an answer that came before it: a newer one decides what is really there. */
  private async lookAgain(): Promise<void> {
    const mark = this.objects.server.mark();
    try {
      const task = await this.options.api.task(this.options.taskId);
      if (!this.closed) this.objects.takeAll(task.annotations, mark);
    } catch {
      // The line is bad again: the next connection brings a fresh state.
    }
  }

  /** `fresh`: the server has just confirmed this, so that an earlier stop is worth another try. */
  private leaseIs(lease: Lease | null, fresh: boolean): void {
    this.lease = lease;
    this.settle(fresh);
  }

  private stopped(error: ApiError): void {
    if (error.code === "lease_held") this.lease = heldLease(error);
    this.outbox.halt(error);
    this.settle();
  }

  private settle(fresh = false): void {
    const { task, options, outbox } = this;
    if (task === null || this.closed) return;
    const { access, needsLease } = accessTo(options.role, task.state, this.lease, options.user.id);
    const wasEditing = this.access.kind === "edit";
    const stop = outbox.stop;
    if (stop !== null && stop.code !== "lease_held" && !fresh) this.access = { kind: "view", reason: "stopped" };
    // A lease that ran out is taken again in the background; the work goes on meanwhile.
    else if (needsLease && wasEditing) this.access = { kind: "edit" };
    else this.access = access;
    if (needsLease && !this.leaving && this.access.kind !== "view") this.keeper.take();
    this.applyAccess(wasEditing);
    this.publish();
  }

  private applyAccess(wasEditing: boolean): void {
    const { access, outbox } = this;
    this.options.engine.setReadOnly(access.kind !== "edit");
    if (access.kind === "edit") {
      if (!this.leaving) this.keeper.heartbeat.start();
      if (!wasEditing || outbox.stop !== null) outbox.resume();
      else outbox.retryNow();
    } else if (access.kind === "view") {
      this.keeper.heartbeat.stop();
      if (outbox.size > 0 && outbox.stop === null) outbox.halt(closedError(access));
    }
  }

  private frameRefused(requestId: string | null, code: string, message: string): void {
    if (requestId !== null) this.masks.failed(requestId, code, message);
    if (code === "lease_held" || code === "task_not_editable") void this.retry();
  }

  private build(): SessionSnapshot {
    const { outbox, connection, refusal, task, review, counts, access, conflicts } = this;
    return {
      connection,
      refusal,
      task,
      review,
      counts,
      access,
      save: saveState(outbox, connection, conflicts),
      conflicts,
      refused: outbox.refused(),
      unsentIds: new Set(outbox.ids()),
      unstored: outbox.unstored,
    };
  }

  private publish(): void {
    if (this.closed) return;
    this.current = this.build();
    for (const listener of [...this.listeners]) listener();
  }
}

const REFUSAL_STATUS: Readonly<Record<Refusal, number>> = { not_signed_in: 401, not_allowed: 403, not_found: 404 };

function closedError(access: Access & { kind: "view" }): ApiError {
  if (access.reason === "held") {
    return new ApiError(409, "lease_held", "", { holder: { username: access.holder } });
  }
  return access.reason === "role" ? new ApiError(403, "not_allowed", "") : new ApiError(409, "task_not_editable", "");
}
