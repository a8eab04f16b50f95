import { act, type RenderResult } from "@testing-library/react";
import type { ReactNode } from "react";

import type { Annotation, Lease, Project, Role, TaskDetail, TaskEvent } from "../../../api/types";
import { TestBench } from "../../../engine/testing/bench";
import { TaskSession, WorkClock, type SyncApi } from "../../../sync";
import type { Operation } from "../../../sync/operations";
import type { SocketOptions } from "../../../sync/socket";
import { aDetail, ana, anAnnotation } from "../../../sync/testing/factories";
import { MemoryStore, settle } from "../../../sync/testing/fakes";
import { renderRouted } from "../../../testing/render";
import { WorkplaceContext, type Workplace } from "../desk";
import { Together } from "../together/together";

const progress = { total: 400, open: 380, in_progress: 1, submitted: 9, changes_requested: 0, accepted: 10 };
const counts = { ...progress, skipped: 0, flagged: 0 };

export function aProject(changes: Partial<Project> = {}): Project {
  return {
    id: 3,
    name: "Street scenes",
    guide: "",
    role: "annotator",
    labels: [
      { id: 1, name: "cat", color: "#ff0000", kind: "thing", position: 1, attributes: [] },
      { id: 2, name: "cup", color: "#00ff00", kind: "thing", position: 2, attributes: [] },
    ],
    dataset_ids: [2],
    counts,
    task_order: "position",
    random_share: 0.2,
    cover_url: null,
    active_people: [ana],
    created_at: "2026-01-02T03:04:05Z",
    ...changes,
  };
}

interface FloorOptions {
  role?: Role;
  task?: Partial<TaskDetail>;
  project?: Partial<Project>;
  /** What earlier visits have kept for undo. */
  histories?: MemoryStore["histories"];
}

/** An open task with the real engine (on a platform without a browser) and the real session (on a line made here). */
export class Floor {
  readonly sent: Operation[] = [];
  readonly frames: object[] = [];
  line!: SocketOptions<TaskEvent>;
  readonly store = new MemoryStore();
  private readonly waiting: { operation: Operation; answer: (annotation: Annotation) => void; fail: (error: unknown) => void }[] = [];
  private readonly workplace: Workplace;

  private constructor(
    readonly bench: TestBench,
    options: FloorOptions,
  ) {
    const role = options.role ?? "annotator";
    for (const [key, row] of options.histories ?? []) this.store.histories.set(key, row);
    const project = aProject({ role, ...options.project });
    const user = { taskId: 7, projectId: 3, role, user: ana };
    const session = new TaskSession({
      ...user,
      engine: bench.engine,
      api: this.api(),
      store: this.store,
      describe: (code) => code,
      open: (line) => {
        this.line = line;
        return { send: (frame) => this.frames.push(frame) > 0, reconnect: () => {}, close: () => {} };
      },
    });
    const host = document.createElement("div");
    const status = (): ReturnType<Workplace["status"]> => bench.engine.status();
    const me = { ...ana, can_create_projects: false };
    const { engine } = bench;
    const { store } = this;
    const tabs = { name: "this-tab", others: () => Promise.resolve(new Set<string>()) };
    const here = { clock: new WorkClock(), target: new EventTarget() };
    const together = new Together({ engine, session, store, me: ana, taskId: 7, tabs, ...here });
    this.workplace = { host, engine, session, store, together, status, close: () => {}, project, me, taskId: 7 };
  }

  static async open(options: FloorOptions = {}): Promise<Floor> {
    const floor = new Floor(await TestBench.open(), options);
    await floor.session.start();
    floor.line.onState("open", null);
    floor.line.onEvent({ type: "task.opened", task: aDetail(options.task) });
    return floor;
  }

  /** The element that the canvas would lie in. */
  get host(): HTMLElement {
    return this.workplace.host;
  }

  get session(): TaskSession {
    return this.workplace.session;
  }

  async show(part: ReactNode): Promise<RenderResult> {
    return renderRouted(<WorkplaceContext value={this.workplace}>{part}</WorkplaceContext>, "/p/3/t/7");
  }

  /** Something happens outside of React. */
  async happens(what: () => unknown): Promise<void> {
    await act(async () => {
      what();
      await Promise.resolve();
    });
  }

  /** The server answers the newest request, which was for a new object. */
  stored(): void {
    const { operation, answer } = this.waiting.pop() ?? {};
    if (operation?.kind !== "create") throw new Error("no new object waits for its answer");
    answer?.(anAnnotation(operation.body.client_id, { label_id: operation.body.label_id }));
  }

  /** The server refuses the newest request. */
  async refuse(error: unknown): Promise<void> {
    await act(async () => {
      this.waiting.pop()?.fail(error);
      await settle();
    });
  }

  private api(): SyncApi {
    const lease: Lease = { holder: ana, expires_at: "" };
    const unused = (): Promise<never> => Promise.reject(new Error("not part of this test"));
    return {
      send: (_task, operation) => {
        this.sent.push(operation);
        return new Promise((answer, fail) => this.waiting.push({ operation, answer, fail }));
      },
      takeLease: () => Promise.resolve(lease),
      releaseLease: () => Promise.resolve(),
      task: unused,
      submit: unused,
      accept: unused,
      requestChanges: unused,
      skip: unused,
      nextTask: unused,
    };
  }
}
