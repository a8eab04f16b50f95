import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ApiError, networkError } from "../api/errors";
import type { Annotation, TaskEvent } from "../api/types";
import type { ObjectRecord } from "../engine/types";
import type { SyncApi } from "./api";
import type { Operation } from "./operations";
import { recordOf } from "./records";
import { TaskSession } from "./session";
import type { Socket, SocketOptions } from "./socket";
import { ana, aRecord, ben } from "./testing/factories";
import { FakeEngine, MemoryStore, settle } from "./testing/fakes";
import { ModelServer } from "./testing/modelServer";

/** One request between the browser and the server. */
interface Request {
  operation: Operation;
  outcome: { ok: Annotation } | { error: unknown } | null;
  answer: (result: Annotation) => void;
  fail: (error: unknown) => void;
}

/** A browser, a server and a bad network between them; each method is one thing that may happen. */
class World {
  readonly server = new ModelServer();
  readonly store = new MemoryStore();
  readonly requests: Request[] = [];
  readonly wanted = new Map<string, ObjectRecord | null>();
  readonly disturbed = new Set<string>();
  engine = new FakeEngine();
  session!: TaskSession;
  private line: SocketOptions<TaskEvent> | null = null;
  private frames: TaskEvent[] = [];
  private unsubscribe = (): void => {};
  private accepted = false;
  private made = 0;
  /** What undo can bring back: removals of this visit. */
  private removed = new Set<string>();

  async start(): Promise<void> {
    this.engine = new FakeEngine();
    this.session = new TaskSession({
      taskId: 7,
      projectId: 3,
      user: ana,
      role: "annotator",
      engine: this.engine,
      api: this.api(),
      store: this.store,
      describe: (code) => code,
      random: () => 0,
      open: (options) => {
        this.line = options;
        options.onState("connecting", null);
        return this.socket();
      },
    });
    await this.session.start();
  }

  /** The server takes the connection and captures its fresh state; the browser gets it later. */
  accept(): void {
    if (this.line === null || this.accepted) return;
    this.accepted = true;
    this.frames = [{ type: "task.opened", task: this.server.fresh(ana) }];
    this.unsubscribe = this.server.subscribe((event) => this.frames.push(event));
    this.line.onState("open", null);
  }

  deliver(): void {
    const frame = this.frames.shift();
    if (frame !== undefined) this.line?.onEvent(frame);
  }

  drop(): void {
    if (!this.accepted) return;
    this.lineLost();
    this.line?.onState("waiting", null);
    this.line?.onState("connecting", null);
  }

  async reload(): Promise<void> {
    this.lineLost();
    this.line = null;
    this.removed.clear();
    this.session.close();
    await settle();
    await this.start();
  }

  create(label: number): void {
    if (this.engine.readOnly) return;
    this.made += 1;
    this.edit(`o${this.made}`, aRecord(`o${this.made}`, { labelId: label }));
  }

  relabel(pick: number, label: number): void {
    const record = this.pick([...this.engine.objects.values()], pick);
    if (record !== null && !this.engine.readOnly) this.edit(record.id, { ...record, labelId: label });
  }

  remove(pick: number): void {
    const record = this.pick([...this.engine.objects.values()], pick);
    if (record === null || this.engine.readOnly) return;
    this.removed.add(record.id);
    this.edit(record.id, null);
  }

  /** Undo of a removal. */
  restore(pick: number, label: number): void {
    const id = this.pick([...this.removed].filter((each) => !this.engine.objects.has(each)), pick);
    if (id !== null && !this.engine.readOnly) this.edit(id, aRecord(id, { labelId: label }));
  }

  carryOut(pick: number): void {
    const request = this.pick(this.requests.filter((each) => each.outcome === null), pick);
    if (request === null) return;
    try {
      request.outcome = { ok: this.server.carryOut(request.operation, ana) };
    } catch (error) {
      request.outcome = { error };
    }
  }

  answer(pick: number): void {
    const request = this.pick(this.requests.filter((each) => each.outcome !== null), pick);
    if (request === null || request.outcome === null) return;
    this.requests.splice(this.requests.indexOf(request), 1);
    if ("ok" in request.outcome) request.answer(request.outcome.ok);
    else request.fail(request.outcome.error);
  }

  /** The browser hears nothing; whether the server carried it out depends on what happened before, or happens later. */
  lose(pick: number): void {
    const request = this.pick(this.requests, pick);
    if (request === null) return;
    if (request.outcome !== null) this.requests.splice(this.requests.indexOf(request), 1);
    request.fail(networkError());
  }

  unavailable(pick: number): void {
    const request = this.pick(this.requests.filter((each) => each.outcome === null), pick);
    if (request === null) return;
    this.requests.splice(this.requests.indexOf(request), 1);
    request.fail(new ApiError(503, "service_unavailable", "The database is away."));
  }

  /** Somebody else changes or removes an object. */
  other(pick: number, label: number, kind: "relabel" | "delete"): void {
    const object = this.pick([...this.server.objects.values()], pick);
    if (object === null) return;
    this.disturbed.add(object.client_id);
    const body = { version: object.version, ...(kind === "delete" ? { deleted: true } : { label_id: label }) };
    this.server.carryOut({ kind: "update", annotationId: object.id, body }, ben);
  }

  otherCreates(label: number): void {
    this.made += 1;
    const body = { client_id: `b${this.made}`, label_id: label, mask: { size: [4, 6], counts: `mask-b${this.made}` } };
    this.server.carryOut({ kind: "create", body }, ben);
    this.disturbed.add(body.client_id);
  }

  /** The network is well again: everything goes through until nothing moves any more. */
  async calm(): Promise<void> {
    for (let round = 0; round < 60; round += 1) {
      this.accept();
      while (this.frames.length > 0) this.deliver();
      for (let left = this.requests.length; left > 0; left -= 1) this.carryOut(0);
      for (let left = this.requests.length; left > 0; left -= 1) this.answer(0);
      await settle();
      await vi.advanceTimersByTimeAsync(5_000);
    }
  }

  /** What the server would have to hold for "saved" to be true. */
  untruths(): string[] {
    if (this.session.snapshot().save.kind !== "saved") return [];
    return [...this.wanted].flatMap(([id, record]) => {
      if (this.disturbed.has(id)) return [];
      const object = this.server.objects.get(id);
      const held = object === undefined || object.deleted ? null : object.label_id;
      return held === (record?.labelId ?? null) ? [] : [`${id}: wanted ${record?.labelId}, server has ${held}`];
    });
  }

  /** One's own work that is not on the screen, although nobody else touched it. */
  flickers(): string[] {
    if (this.session.snapshot().task === null) return [];
    return [...this.wanted].flatMap(([id, record]) => {
      const seen = this.engine.objects.get(id)?.labelId ?? null;
      const right = this.disturbed.has(id) || seen === (record?.labelId ?? null);
      return right ? [] : [`${id}: wanted ${record?.labelId}, seen ${seen}`];
    });
  }

  private edit(id: string, record: ObjectRecord | null): void {
    this.wanted.set(id, record);
    this.engine.user(id, record);
  }

  private pick<T>(from: readonly T[], pick: number): T | null {
    return from.length === 0 ? null : (from[pick % from.length] ?? null);
  }

  private lineLost(): void {
    this.accepted = false;
    this.unsubscribe();
    this.frames = [];
  }

  private socket(): Socket {
    return { send: () => true, reconnect: () => this.drop(), close: () => {} };
  }

  private api(): SyncApi {
    const unused = (): Promise<never> => Promise.reject(new Error("not part of this world"));
    return {
      send: (_taskId, operation) =>
        new Promise((answer, fail) => this.requests.push({ operation, outcome: null, answer, fail })),
      takeLease: () => Promise.resolve({ holder: ana, expires_at: "" }),
      releaseLease: () => Promise.resolve(),
      task: () => Promise.resolve(this.server.fresh(ana)),
      submit: unused,
      accept: unused,
      requestChanges: unused,
      skip: unused,
      nextTask: unused,
    };
  }
}

type Step = (world: World) => void | Promise<void>;
const number = fc.nat({ max: 50 });
const label = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<[string, Step]> = fc.oneof(
  { weight: 4, arbitrary: label.map((l): [string, Step] => [`create ${l}`, (w) => w.create(l)]) },
  { weight: 3, arbitrary: fc.tuple(number, label).map(([n, l]): [string, Step] => [`relabel ${n} ${l}`, (w) => w.relabel(n, l)]) },
  { weight: 2, arbitrary: number.map((n): [string, Step] => [`remove ${n}`, (w) => w.remove(n)]) },
  { weight: 2, arbitrary: fc.tuple(number, label).map(([n, l]): [string, Step] => [`restore ${n} ${l}`, (w) => w.restore(n, l)]) },
  { weight: 6, arbitrary: number.map((n): [string, Step] => [`carry out ${n}`, (w) => w.carryOut(n)]) },
  { weight: 5, arbitrary: number.map((n): [string, Step] => [`answer ${n}`, (w) => w.answer(n)]) },
  { weight: 2, arbitrary: number.map((n): [string, Step] => [`lose ${n}`, (w) => w.lose(n)]) },
  { weight: 1, arbitrary: number.map((n): [string, Step] => [`unavailable ${n}`, (w) => w.unavailable(n)]) },
  { weight: 5, arbitrary: fc.constant<[string, Step]>(["deliver", (w) => w.deliver()]) },
  { weight: 3, arbitrary: fc.constant<[string, Step]>(["accept", (w) => w.accept()]) },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(["drop", (w) => w.drop()]) },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(["reload", (w) => w.reload()]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(number, label, fc.constantFrom("relabel" as const, "delete" as const))
      .map(([n, l, kind]): [string, Step] => [`other ${kind} ${n} ${l}`, (w) => w.other(n, l, kind)]),
  },
  { weight: 1, arbitrary: label.map((l): [string, Step] => [`other creates ${l}`, (w) => w.otherCreates(l)]) },
  { weight: 2, arbitrary: fc.constant<[string, Step]>(["time", async () => { await vi.advanceTimersByTimeAsync(1_000); }]) },
);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("ends equal to the server, loses nothing and never says saved too early, whatever the network does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 150, size: "max" }), async (steps) => {
      const world = new World();
      await world.start();
      world.accept();
      world.deliver();
      await settle();
      for (const [, run] of steps) {
        await run(world);
        await settle();
        expect(world.untruths()).toEqual([]);
        expect(world.flickers()).toEqual([]);
      }
      await world.calm();

      const live = [...world.server.objects.values()].filter((object) => !object.deleted);
      const byId = (a: ObjectRecord, b: ObjectRecord): number => a.id.localeCompare(b.id);
      expect([...world.engine.objects.values()].sort(byId)).toEqual(live.map(recordOf).sort(byId));
      expect(world.session.snapshot().save.kind).toBe(
        world.session.snapshot().conflicts.length > 0 ? "conflict" : "saved",
      );
      for (const { id } of world.session.snapshot().conflicts) world.session.settleConflict(id);
      expect(world.session.snapshot().save.kind).toBe("saved");
      expect(world.untruths()).toEqual([]);
      expect([...world.store.rows.keys()]).toEqual([]);
      world.session.close();
    }),
    { numRuns: 200 },
  );
}, 60_000);
