import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ana, ben } from "./testing/factories";
import { Client } from "./testing/client";
import { MemoryStore } from "./testing/fakes";
import { ModelServer } from "./testing/modelServer";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const labels = (server: ModelServer): Record<string, number> =>
  Object.fromEntries([...server.objects.values()].filter((one) => !one.deleted).map((one) => [one.client_id, one.label_id]));

describe("undo and the page that is loaded anew", () => {
  it("a deletion that the server has carried out is taken back by the next visit, and done again by the one after", async () => {
    const server = new ModelServer();
    const client = await Client.open(server, ana);
    client.create("a", 1);
    await client.calm();
    client.edit("a", null);
    await client.calm();
    expect(labels(server)).toEqual({});
    await client.reload();
    client.bench.engine.undo();
    await client.calm();
    expect([client.labels, labels(server), client.session.snapshot().save]).toEqual([{ a: 1 }, { a: 1 }, { kind: "saved" }]);
    await client.reload();
    client.bench.engine.redo();
    await client.calm();
    expect([client.labels, labels(server), client.session.snapshot().conflicts]).toEqual([{}, {}, []]);
  });

  it("an edit that was never sent is both sent and undoable by the next visit", async () => {
    const server = new ModelServer();
    const client = await Client.open(server, ana);
    client.create("a", 1);
    await client.reload();
    expect(client.labels).toEqual({ a: 1 });
    client.bench.engine.undo();
    await client.calm();
    expect([client.labels, labels(server)]).toEqual([{}, {}]);
  });

  it("what a colleague changed meanwhile stays, and the lost step is told until dismissed", async () => {
    const server = new ModelServer();
    const client = await Client.open(server, ana);
    client.create("a", 1);
    client.create("b", 1);
    await client.calm();
    client.edit("a", 2);
    await client.calm();
    const [a] = [...server.objects.values()];
    server.carryOut({ kind: "update", annotationId: a?.id ?? 0, body: { version: 2, label_id: 3 } }, ben);
    await client.reload();
    expect(client.undo.dropped()).toEqual([
      { name: "accept", id: "a", reason: "changed" },
      { name: "relabel", id: "a", reason: "changed" },
    ]);
    client.undo.dismiss();
    expect(client.undo.dropped()).toEqual([]);
    client.bench.engine.undo();
    client.bench.engine.undo();
    await client.calm();
    expect([client.labels, labels(server)]).toEqual([{ a: 3 }, { a: 3 }]);
  });

  it("a deleted object that a colleague changed after bringing it back is not brought back over it", async () => {
    const server = new ModelServer();
    const client = await Client.open(server, ana);
    client.create("a", 1);
    await client.calm();
    client.edit("a", null);
    await client.calm();
    server.carryOut({ kind: "restore", annotationId: 1, body: { version: 2, deleted: false, label_id: 4 } }, ben);
    server.carryOut({ kind: "delete", annotationId: 1, body: { version: 3, deleted: true } }, ben);
    await client.reload();
    client.bench.engine.undo();
    await client.calm();
    // The server's object is newer than the one that was deleted here: a choice is due, and nothing is overwritten.
    expect(client.session.snapshot().conflicts.map(({ mine, theirs }) => [mine?.labelId, theirs])).toEqual([[1, null]]);
    expect(labels(server)).toEqual({});
  });

  it("two people at one browser have histories of their own", async () => {
    const server = new ModelServer();
    const store = new MemoryStore();
    const first = await Client.open(server, ana, store);
    first.create("a", 1);
    await first.calm();
    first.close();
    const second = await Client.open(server, ben, store);
    expect(second.bench.status.canUndo).toBe(false);
    expect(second.labels).toEqual({ a: 1 });
  });

  it("a browser that keeps nothing undoes as long as the page lives", async () => {
    const store = new MemoryStore();
    store.failing = true;
    const client = await Client.open(new ModelServer(), ana, store);
    client.create("a", 1);
    await client.calm();
    expect(client.bench.status.canUndo).toBe(true);
    await client.reload();
    expect([client.bench.status.canUndo, client.labels]).toEqual([false, { a: 1 }]);
  });
});
