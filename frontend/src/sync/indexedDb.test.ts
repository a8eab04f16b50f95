import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { IndexedDbStore } from "./indexedDb";
import type { Entry } from "./operations";
import type { OutboxOwner } from "./store";
import { aRecord } from "./testing/factories";

const visit = (changes: Partial<OutboxOwner> = {}): OutboxOwner => ({
  userId: 1,
  taskId: 7,
  projectId: 3,
  owner: "visit-1",
  ...changes,
});
const entry = (clientId: string, seq: number): Entry => ({
  clientId,
  seq,
  base: { annotationId: 100, version: 2, deleted: false, record: aRecord(clientId) },
  target: { record: null },
  desired: aRecord(clientId, { labelId: 2 }),
});

let factory: IDBFactory;
beforeEach(() => {
  factory = new IDBFactory();
  vi.stubGlobal("IDBKeyRange", IDBKeyRange);
});
const open = (): IndexedDbStore => new IndexedDbStore(() => factory);

describe("IndexedDbStore", () => {
  it("gives entries back whole and in order, also to the next visit", async () => {
    const store = open();
    await store.put(visit(), entry("b", 1));
    await store.put(visit(), entry("a", 2));
    await store.put(visit(), entry("c", 0));
    expect(await open().load(visit())).toEqual([entry("c", 0), entry("b", 1), entry("a", 2)]);
  });

  it("keeps one entry for each object, the newest", async () => {
    const store = open();
    await store.put(visit(), entry("a", 0));
    await store.put(visit(), { ...entry("a", 0), desired: null });
    expect(await store.load(visit())).toEqual([{ ...entry("a", 0), desired: null }]);
  });

  it("keeps users and tasks apart", async () => {
    const store = open();
    await store.put(visit(), entry("a", 0));
    await store.put(visit({ userId: 2 }), entry("b", 0));
    await store.put(visit({ taskId: 70 }), entry("c", 0));
    expect((await store.load(visit())).map(({ clientId }) => clientId)).toEqual(["a"]);
    await store.remove(visit(), "b");
    expect((await store.load(visit({ userId: 2 }))).map(({ clientId }) => clientId)).toEqual(["b"]);
  });

  it("removes only what the same visit wrote last", async () => {
    const store = open();
    await store.put(visit(), entry("a", 0));
    await store.put(visit({ owner: "visit-2" }), entry("a", 0));
    await store.remove(visit(), "a");
    expect(await store.load(visit())).toEqual([entry("a", 0)]);
    await store.remove(visit({ owner: "visit-2" }), "a");
    await store.remove(visit({ owner: "visit-2" }), "a");
    expect(await store.load(visit())).toEqual([]);
  });

  it("finds unsent work of the same user in other tasks", async () => {
    const store = open();
    await store.put(visit(), entry("a", 0));
    await store.put(visit({ taskId: 9, projectId: 4 }), entry("b", 0));
    await store.put(visit({ taskId: 9, projectId: 4 }), entry("c", 1));
    await store.put(visit({ taskId: 8 }), entry("d", 0));
    await store.put(visit({ userId: 2, taskId: 8 }), entry("e", 0));
    expect(await store.elsewhere(visit())).toEqual([
      { userId: 1, taskId: 8, projectId: 3, count: 1, undecided: 0 },
      { userId: 1, taskId: 9, projectId: 4, count: 2, undecided: 0 },
    ]);
  });

  it("rejects where there is no database, and works once there is", async () => {
    let missing = true;
    const store = new IndexedDbStore(() => {
      if (missing) throw new ReferenceError("indexedDB is not defined");
      return factory;
    });
    await expect(store.load(visit())).rejects.toThrow("indexedDB is not defined");
    missing = false;
    expect(await store.load(visit())).toEqual([]);
  });

  it("makes room for a newer version of the application in another tab", async () => {
    const store = open();
    await store.put(visit(), entry("a", 0));
    const upgrade = factory.open("cardinal", 2);
    const upgraded = await new Promise<number>((resolve, reject) => {
      upgrade.onsuccess = () => resolve(upgrade.result.version);
      upgrade.onblocked = () => reject(new Error("blocked"));
    });
    expect(upgraded).toBe(2);
  });

  it("keeps open conflicts of one task in their order until the choice", async () => {
    const conflict = (id: string) => ({ id, clientId: "a", mine: aRecord("a"), theirs: null, by: "ben", at: "2026" });
    let now = 0;
    const store = new IndexedDbStore(() => factory, () => (now += 1));
    await store.putConflict(visit(), conflict("z"));
    await store.putConflict(visit(), conflict("b"));
    await store.putConflict(visit({ taskId: 8 }), conflict("c"));
    expect(await open().conflicts(visit())).toEqual([conflict("z"), conflict("b")]);
    expect(await open().elsewhere(visit())).toEqual([{ userId: 1, taskId: 8, projectId: 3, count: 0, undecided: 1 }]);
    await store.removeConflict(visit(), "z");
    expect(await open().conflicts(visit())).toEqual([conflict("b")]);
  });

  describe("undo histories", () => {
    const history = (name: string) => ({ format: 1, data: { done: [{ name, changes: [] }], undone: [] }, deleted: [] });
    const of = (tab: string, taskId = 7) => ({ userId: 1, taskId, tab });
    let now = 0;
    const clocked = (): IndexedDbStore => new IndexedDbStore(() => factory, () => (now += 1));
    const nameOf = async (tab: string, alive: readonly string[] = []): Promise<string | undefined> =>
      (await clocked().claimHistory(of(tab), new Set(alive)))?.data.done[0]?.name;

    it("are handed to one tab, and never while their own tab is open", async () => {
      await clocked().putHistory(of("one"), history("first"));
      expect(await nameOf("two", ["one"])).toBeUndefined();
      expect(await Promise.all([nameOf("three"), nameOf("four", ["three"])])).toEqual(["first", undefined]);
      expect(await nameOf("four", ["three"])).toBeUndefined();
      expect(await nameOf("five")).toBe("first");
    });

    it("come back to their own tab first, else the newest to whoever opens the task", async () => {
      await clocked().putHistory(of("one"), history("own"));
      await clocked().putHistory(of("two"), history("newer"));
      await clocked().putHistory(of("one", 8), history("other task"));
      expect(await nameOf("one")).toBe("own");
      await clocked().putHistory(of("two"), history("newer"));
      expect(await nameOf("three")).toBe("newer");
    });

    it("are kept for the last thirty tasks", async () => {
      for (let task = 1; task <= 32; task += 1) await clocked().putHistory(of("one", task), history(`task ${task}`));
      await clocked().claimHistory(of("one", 32), new Set());
      const left = await Promise.all([1, 2, 3, 32].map((task) => clocked().claimHistory(of("one", task), new Set())));
      expect(left.map((row) => row?.data.done[0]?.name)).toEqual([undefined, undefined, "task 3", "task 32"]);
    });
  });
});
