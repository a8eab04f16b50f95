import type { Annotation, TaskEvent, User } from "../../api/types";
import { TestBench } from "../../engine/testing/bench";
import type { SyncApi } from "../api";
import type { Operation } from "../operations";
import { TaskSession } from "../session";
import type { SocketOptions } from "../socket";
import { UndoKeeper } from "../undoKeeper";
import { MemoryStore, settle } from "./fakes";
import type { ModelServer } from "./modelServer";

interface Request {
  readonly operation: Operation;
  readonly answer: (annotation: Annotation) => void;
  readonly fail: (error: unknown) => void;
}

/** One tab with the real engine, session and undo, at a model of the server; the test decides when anything moves. */
export class Client {
  readonly store: MemoryStore;
  readonly requests: Request[] = [];
  bench!: TestBench;
  session!: TaskSession;
  undo!: UndoKeeper;
  private line!: SocketOptions<TaskEvent>;
  private frames: TaskEvent[] = [];
  private unsubscribe = (): void => {};
  private visits = 0;

  private constructor(
    private readonly server: ModelServer,
    readonly user: User,
    store = new MemoryStore(),
  ) {
    this.store = store;
  }

  static async open(server: ModelServer, user: User, store?: MemoryStore): Promise<Client> {
    const client = new Client(server, user, store);
    await client.start();
    return client;
  }

  /** Another page takes over what this one has kept; nothing that was on its way arrives here any more. */
  async reload(): Promise<void> {
    await settle();
    this.close();
    await this.start();
  }

  close(): void {
    this.unsubscribe();
    this.undo.close();
    this.session.close();
    this.bench.engine.destroy();
    this.requests.length = 0;
  }

  /** Changes of one's own; `null` deletes. */
  edit(id: string, labelId: number | null): void {
    const { history } = this.bench.engine;
    const record = this.object(id);
    if (labelId === null) history.edit("delete", { remove: [id] });
    else if (record !== undefined) history.edit("relabel", { put: [{ ...record, labelId }] });
  }

  create(id: string, labelId: number): void {
    const mask = { size: [4, 6], counts: `mask-${id}` };
    const shape = { mask, bbox: [1, 1, 2, 2], area: 4, score: null, proposalId: null };
    this.bench.engine.history.edit("accept", { put: [{ id, labelId, author: null, ...shape }] });
  }

  object(id: string) {
    return this.bench.engine.objects().find((record) => record.id === id);
  }

  /** Objects and their labels. */
  get labels(): Record<string, number | null> {
    return Object.fromEntries(this.bench.engine.objects().map(({ id, labelId }) => [id, labelId]));
  }

  /** The server tells what is next. */
  deliver(): boolean {
    const frame = this.frames.shift();
    if (frame !== undefined) this.line.onEvent(frame);
    return frame !== undefined;
  }

  /** The server carries out the request that has waited longest, and answers. */
  answer(): boolean {
    const request = this.requests.shift();
    if (request === undefined) return false;
    try {
      request.answer(this.server.carryOut(request.operation, this.user));
    } catch (error) {
      request.fail(error);
    }
    return true;
  }

  /** Everything goes through until nothing moves any more. */
  async calm(): Promise<void> {
    for (let moved = true; moved; ) {
      await settle();
      moved = this.answer() || this.deliver();
    }
  }

  private async start(): Promise<void> {
    this.visits += 1;
    this.bench = await TestBench.open();
    const { engine } = this.bench;
    this.session = new TaskSession({
      taskId: 7,
      projectId: 3,
      user: this.user,
      role: "annotator",
      engine,
      api: this.api(),
      store: this.store,
      describe: (code) => code,
      random: () => 0,
      open: (options) => {
        this.line = options;
        options.onState("connecting", null);
        return { send: () => true, reconnect: () => {}, close: () => {} };
      },
    });
    this.undo = new UndoKeeper({
      key: { userId: this.user.id, taskId: 7, tab: `${this.user.username} ${this.visits}` },
      history: engine.history,
      session: this.session,
      store: this.store,
      openTabs: () => Promise.resolve(new Set()),
    });
    const kept = this.undo.start();
    await this.session.start();
    this.frames = [{ type: "task.opened", task: this.server.fresh(this.user) }];
    this.unsubscribe = this.server.subscribe((event) => this.frames.push(event));
    this.line.onState("open", null);
    this.deliver();
    await kept;
    await settle();
  }

  private api(): SyncApi {
    const unused = (): Promise<never> => Promise.reject(new Error("not part of this test"));
    const mine = { holder: this.user, expires_at: "" };
    return {
      send: (_task, operation) => new Promise((answer, fail) => this.requests.push({ operation, answer, fail })),
      takeLease: () => Promise.resolve(mine),
      releaseLease: () => Promise.resolve(),
      task: () => Promise.resolve(this.server.fresh(this.user)),
      submit: unused,
      accept: unused,
      requestChanges: unused,
      skip: unused,
      nextTask: unused,
    };
  }
}
