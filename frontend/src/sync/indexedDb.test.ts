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
      { userId: 1, taskId: 8, projectId: 3, count: 1 },
      { userId: 1, taskId: 9, projectId: 4, count: 2 },
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
});
