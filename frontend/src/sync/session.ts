import { ApiError } from "../api/errors";
import type { Annotation, Counts, Review, Role, Task, TaskDetail, TaskEvent, User } from "../api/types";
import type { EngineApi, MaskRequest } from "../engine/types";
import { AccessKeeper } from "./accessKeeper";
import type { SyncApi } from "./api";
import { Conflicts, conflictWith } from "./conflicts";
import { MaskRequests, type MaskFailureCode } from "./maskRequests";
import { ObjectSync } from "./objectSync";
import { Outbox } from "./outbox";
import { saveState, type SessionSnapshot } from "./snapshot";
import { openSocket, type Refusal, type Socket, type SocketOptions, type SocketState } from "./socket";
import { visitName, type OutboxStore } from "./store";
import type { WorkTimeOf } from "./workTime";

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
  /** The work time of an edit that the person has just made. */
  workTime?: WorkTimeOf;
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
  private readonly conflicts: Conflicts;
  private readonly keeper: AccessKeeper;
  private readonly listeners = new Set<() => void>();
  private readonly watchers = new Set<(event: TaskEvent) => void>();
  private readonly stopEngine: () => void;
  private socket: Socket | null = null;
  private connection: SocketState = "connecting";
  private refusal: Refusal | null = null;
  private connectionMark = 0;
  private task: TaskDetail | null = null;
  private review: Review | null = null;
  private counts: Counts | null = null;
  private closed = false;
  private current: SessionSnapshot;

  constructor(private readonly options: SessionOptions) {
    const { engine } = options;
    const { send } = this;
    const onSilence = (): void => this.socket?.reconnect();
    this.outbox = this.makeOutbox();
    this.conflicts = new Conflicts({
      key: { userId: options.user.id, taskId: options.taskId, projectId: options.projectId },
      store: options.store,
      write: (change) => this.outbox.write(change),
      onChange: () => this.publish(),
    });
    this.objects = new ObjectSync(engine, this.outbox);
    this.masks = new MaskRequests({
      send,
      onSilence,
      now: options.now ?? (() => performance.now()),
      deliver: (answer) => engine.deliverMask(answer),
      fail: (failure) => engine.failMask(failure),
      describe: options.describe,
    });
    this.keeper = this.makeKeeper(onSilence);
    this.current = this.build();
    this.stopEngine = engine.onObjects((diff, source) => {
      if (source === "user") this.objects.edited(diff, options.workTime?.(diff) ?? null);
    });
  }

  /** Reads what an earlier visit left unsent, then connects. */
  async start(): Promise<void> {
    await this.outbox.load();
    await this.conflicts.load();
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
    if (this.outbox.size > 0 || this.keeper.access.kind !== "edit" || this.keeper.leaving) return;
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

  /** The server's newest word about an object that exists there. */
  annotation(clientId: string): Annotation | null {
    return this.objects.server.live(clientId);
  }

  /** Takes an object from an answer that did not come through the outbox. */
  heard(annotation: Annotation): void {
    this.objects.take(annotation);
  }

  requestMask(request: MaskRequest): void {
    this.masks.ask(request);
  }

  /** The person has chosen which version stays; what that takes is in the engine already. */
  settleConflict(id: string): void {
    this.conflicts.settle(id);
  }

  /** The server's last word about objects that are deleted there: what it takes to bring them back. */
  deleted(clientIds: Iterable<string>): readonly Annotation[] {
    return this.objects.deleted(clientIds);
  }

  /** Takes over what an earlier visit knew of deleted objects. */
  recall(annotations: readonly Annotation[]): void {
    for (const annotation of annotations) this.objects.take(annotation);
  }

  /** The client id of an object that the server calls by this number. */
  clientIdOf(annotationId: number): string | null {
    return this.objects.server.clientIdOf(annotationId);
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

  /** Waits for all edits to be answered; false when that does not happen within `timeoutMs`, or a choice is due. */
  async flush(timeoutMs: number): Promise<boolean> {
    return (await this.outbox.flush(timeoutMs)) && this.conflicts.all.length === 0;
  }

  /** The person goes on to another task: the lease is neither renewed nor taken again. */
  beginLeaving(): void {
    this.keeper.beginLeaving();
  }

  /** Gives the lease back, so that the next task can be asked for. */
  async release(): Promise<void> {
    if (this.keeper.access.kind === "edit") await this.options.api.releaseLease(this.options.taskId);
  }

  /** The person stays after all: going on failed, or there is no other task. */
  stay(): void {
    this.keeper.stay();
  }

  /** Takes the answer to submit, accept and the like. */
  taskChanged(task: Task): void {
    if (this.task === null || task.id !== this.options.taskId) return;
    const { annotations, comments, last_review } = this.task;
    this.task = { ...task, annotations, comments, last_review };
    this.keeper.leaseIs(task.lease, false);
  }

  private makeOutbox(): Outbox {
    const { taskId, projectId, user, api, store, random } = this.options;
    return new Outbox({
      owner: { userId: user.id, taskId, projectId, owner: visitName() },
      store,
      send: (operation) => api.send(taskId, operation),
      onAnswer: (annotation) => this.objects.take(annotation),
      onConflict: (annotation, mine) => this.conflicts.add(conflictWith(annotation, mine)),
      onStop: (error) => this.keeper.stopped(error),
      onChange: () => this.publish(),
      random: random ?? Math.random,
    });
  }

  private makeKeeper(onSilence: () => void): AccessKeeper {
    const { taskId, user, role, api, engine, isActive, random } = this.options;
    return new AccessKeeper({
      role,
      userId: user.id,
      outbox: this.outbox,
      state: () => this.task?.state ?? null,
      take: () => api.takeLease(taskId),
      send: this.send,
      onSilence,
      isActive: isActive ?? (() => true),
      setReadOnly: (flag) => engine.setReadOnly(flag),
      onChange: () => this.publish(),
      random: random ?? Math.random,
    });
  }

  private receive(event: TaskEvent): void {
    if (this.closed) return;
    this.keeper.heard();
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
        this.keeper.leaseIs(event.lease, false);
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
    if (state !== "open") this.keeper.heard();
    if (refusal !== null) this.outbox.halt(new ApiError(REFUSAL_STATUS[refusal], refusal, ""));
    this.publish();
  }

  /** A fresh state that was asked for at `mark`. */
  private opened(task: TaskDetail, mark: number): void {
    if (this.closed) return;
    const { doubtful } = this.objects.takeAll(task.annotations, mark);
    this.task = task;
    this.review = task.last_review;
    this.keeper.leaseIs(task.lease, true);
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

  private frameRefused(requestId: string | null, code: string, message: string): void {
    if (requestId !== null) this.masks.failed(requestId, code, message);
    if (code === "lease_held" || code === "task_not_editable") void this.retry();
  }

  private build(): SessionSnapshot {
    const { outbox, connection, refusal, task, review, counts } = this;
    const conflicts = this.conflicts.all;
    return {
      connection,
      refusal,
      task,
      review,
      counts,
      access: this.keeper.access,
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
