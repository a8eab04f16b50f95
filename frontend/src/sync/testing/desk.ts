import type { Annotation, Lease, Role, TaskDetail, TaskEvent } from "../../api/types";
import type { SyncApi } from "../api";
import type { Operation } from "../operations";
import { TaskSession, type SessionOptions } from "../session";
import type { SocketOptions } from "../socket";
import { aDetail, ana, aTask, ben } from "./factories";
import { FakeEngine, MemoryStore, settle } from "./fakes";

export const mine: Lease = { holder: ana, expires_at: "2026-01-02T03:06:05Z" };
export const bens: Lease = { holder: ben, expires_at: "2026-01-02T03:06:05Z" };

/** An open task with a fake engine and a line, an interface and a store that the test plays itself. */
export class Desk {
  readonly engine = new FakeEngine();
  readonly store = new MemoryStore();
  readonly frames: object[] = [];
  readonly calls: string[] = [];
  readonly sent: { operation: Operation; answer: (a: Annotation) => void; fail: (e: unknown) => void }[] = [];
  line!: SocketOptions<TaskEvent>;
  lease: () => Promise<Lease> = () => Promise.resolve(mine);
  detail: TaskDetail = aDetail();
  reconnects = 0;
  readonly session: TaskSession;

  constructor(role: Role = "annotator", options: Partial<SessionOptions> = {}) {
    const call = <T>(name: string, result: () => Promise<T>) => (): Promise<T> => {
      this.calls.push(name);
      return result();
    };
    const api: SyncApi = {
      send: (_task, operation) => new Promise((answer, fail) => this.sent.push({ operation, answer, fail })),
      takeLease: call("takeLease", () => this.lease()),
      releaseLease: call("releaseLease", () => Promise.resolve()),
      task: call("task", () => Promise.resolve(this.detail)),
      submit: call("submit", () => Promise.resolve(aTask({ state: "submitted", lease: null }))),
      accept: call("accept", () => Promise.resolve(aTask({ state: "accepted", lease: null }))),
      requestChanges: call("requestChanges", () => Promise.resolve(aTask())),
      skip: call("skip", () => Promise.resolve(aTask())),
      nextTask: call("nextTask", () => Promise.resolve(this.detail)),
    };
    this.session = new TaskSession({
      taskId: 7,
      projectId: 3,
      user: ana,
      role,
      engine: this.engine,
      api,
      store: this.store,
      describe: (code) => code,
      random: () => 1,
      ...options,
      open: (options) => {
        this.line = options;
        options.onState("connecting", null);
        return {
          send: (frame) => this.frames.push(frame) > 0,
          reconnect: () => (this.reconnects += 1),
          close: () => this.calls.push("socket.close"),
        };
      },
    });
  }

  async open(task: TaskDetail = this.detail): Promise<this> {
    await this.session.start();
    this.line.onState("open", null);
    this.line.onEvent({ type: "task.opened", task });
    await settle();
    return this;
  }

  get save(): unknown {
    return this.session.snapshot().save;
  }
}
