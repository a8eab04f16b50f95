import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, networkError } from "../api/errors";
import type { Annotation } from "../api/types";
import type { ObjectRecord } from "../engine/types";
import { baseOf, type Operation } from "./operations";
import { Outbox } from "./outbox";
import { aRecord, anAnnotation, ben } from "./testing/factories";
import { MemoryStore, settle } from "./testing/fakes";

const owner = { userId: 1, taskId: 7, projectId: 3, owner: "visit-1" };

interface Sent {
  operation: Operation;
  answer: (annotation: Annotation) => void;
  fail: (error: unknown) => void;
}

function setup(store = new MemoryStore(), visit = "visit-1") {
  const sent: Sent[] = [];
  const answers: Annotation[] = [];
  const conflicts: [current: Annotation, mine: ObjectRecord | null][] = [];
  const stops: ApiError[] = [];
  const outbox = new Outbox({
    owner: { ...owner, owner: visit },
    store,
    send: (operation) => new Promise((answer, fail) => sent.push({ operation, answer, fail })),
    onAnswer: (annotation) => answers.push(annotation),
    onConflict: (current, mine) => conflicts.push([current, mine]),
    onStop: (error) => stops.push(error),
    onChange: () => {},
    random: () => 1,
  });
  outbox.resume();
  const at = (index: number): Sent => {
    const found = sent[index];
    if (found === undefined) throw new Error(`only ${sent.length} requests were sent`);
    return found;
  };
  return { outbox, sent, at, answers, conflicts, stops, store, kinds: () => sent.map((each) => each.operation.kind) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Outbox", () => {
  it("sends a new object, and is empty only when the answer is there", async () => {
    const { outbox, at, answers, store } = setup();
    outbox.edit("a", aRecord("a"), null);
    await outbox.stored();
    expect(outbox.size).toBe(1);
    expect([...store.rows.keys()]).toEqual(["1/7/a"]);
    at(0).answer(anAnnotation("a"));
    await settle();
    expect(outbox.size).toBe(0);
    expect(answers).toEqual([anAnnotation("a")]);
    expect([...store.rows.keys()]).toEqual([]);
  });

  it("makes one request of several edits that were made meanwhile", async () => {
    const { outbox, sent, at } = setup();
    outbox.edit("a", aRecord("a"), null);
    outbox.edit("a", aRecord("a", { labelId: 2 }), null);
    outbox.edit("a", null, null);
    outbox.edit("a", aRecord("a", { labelId: 3 }), null);
    expect(sent.length).toBe(1);
    at(0).answer(anAnnotation("a", { id: 55, version: 1 }));
    await settle();
    expect(at(1).operation).toEqual({ kind: "update", annotationId: 55, body: { version: 1, label_id: 3 } });
    at(1).answer(anAnnotation("a", { id: 55, version: 2, label_id: 3 }));
    await settle();
    expect([outbox.size, sent.length]).toEqual([0, 2]);
  });

  it("never tells the server of an object that was made and undone while the line was down", async () => {
    const { outbox, sent, store } = setup();
    outbox.edit("x", aRecord("x"), null);
    outbox.edit("a", aRecord("a"), null);
    outbox.edit("a", null, null);
    await outbox.stored();
    expect(outbox.ids()).toEqual(["x"]);
    expect(sent.length).toBe(1);
    expect([...store.rows.keys()]).toEqual(["1/7/x"]);
  });

  it("sends new objects one after the other, and changes of four objects at a time", async () => {
    const { outbox, at, kinds } = setup();
    const base = (id: string, number: number) => baseOf(anAnnotation(id, { id: number }));
    outbox.edit("n1", aRecord("n1"), null);
    outbox.edit("n2", aRecord("n2"), null);
    for (const [index, id] of ["b1", "b2", "b3", "b4"].entries()) outbox.edit(id, null, base(id, index));
    expect(kinds()).toEqual(["create", "delete", "delete", "delete"]);
    at(0).answer(anAnnotation("n1"));
    await settle();
    expect(at(4).operation).toMatchObject({ kind: "create", body: { client_id: "n2" } });
  });

  it("repeats the very same request after a lost answer, and only then sends the later edit", async () => {
    const { outbox, at, sent } = setup();
    outbox.edit("a", aRecord("a", { labelId: 2 }), baseOf(anAnnotation("a")));
    outbox.edit("a", aRecord("a", { labelId: 3 }), null);
    at(0).fail(networkError());
    await settle();
    expect(outbox.failing).toBe("unreachable");
    await vi.advanceTimersByTimeAsync(499);
    expect(sent.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(at(1).operation).toEqual(at(0).operation);
    // The first try had been carried out: the version is stale, and the object is what that try wanted.
    const current = anAnnotation("a", { version: 2, label_id: 2 });
    at(1).fail(new ApiError(409, "stale_version", "", { current }));
    await settle();
    expect(at(2).operation).toEqual({ kind: "update", annotationId: 100, body: { version: 2, label_id: 3 } });
    expect(outbox.failing).toBeNull();
  });

  it("gives an edit up in favour of somebody else's and says so", async () => {
    const { outbox, at, conflicts, store } = setup();
    outbox.edit("a", aRecord("a", { labelId: 2 }), baseOf(anAnnotation("a")));
    const current = anAnnotation("a", { version: 2, label_id: 4, updated_by: ben });
    at(0).fail(new ApiError(409, "stale_version", "", { current }));
    await settle();
    expect(conflicts).toEqual([[current, aRecord("a", { labelId: 2 })]]);
    expect(outbox.size).toBe(0);
    expect([...store.rows.keys()]).toEqual([]);
  });

  it("gives a create up when the object exists and was changed since", async () => {
    const { outbox, at, conflicts, answers } = setup();
    outbox.edit("a", aRecord("a"), null);
    const current = anAnnotation("a", { version: 3, label_id: 4, updated_by: ben });
    at(0).answer(current);
    await settle();
    expect(conflicts).toEqual([[current, aRecord("a")]]);
    expect(answers).toEqual([current]);
    expect(outbox.size).toBe(0);
  });

  it.each([
    [401, "not_signed_in"],
    [403, "not_allowed"],
    [404, "not_found"],
    [409, "lease_held"],
    [409, "task_not_editable"],
  ])("stops on %i %s, keeps everything, and goes on after resume", async (status, code) => {
    const { outbox, at, sent, stops, store } = setup();
    const error = new ApiError(status, code, "No.");
    outbox.edit("a", aRecord("a"), null);
    at(0).fail(error);
    await settle();
    outbox.edit("b", aRecord("b"), null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent.length).toBe(1);
    expect(stops).toEqual([error]);
    expect(outbox.stop).toBe(error);
    expect(outbox.ids()).toEqual(["a", "b"]);
    expect([...store.rows.keys()]).toEqual(["1/7/a", "1/7/b"]);
    outbox.resume();
    expect(at(1).operation).toEqual(at(0).operation);
    expect(outbox.stop).toBeNull();
  });

  it("sets one refused object aside and goes on with the others", async () => {
    const { outbox, at, sent } = setup();
    const error = new ApiError(400, "invalid", "This project has no such label.");
    outbox.edit("a", aRecord("a"), null);
    outbox.edit("b", aRecord("b"), null);
    at(0).fail(error);
    await settle();
    expect(outbox.refused()).toEqual([{ clientId: "a", error }]);
    at(1).answer(anAnnotation("b"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent.length).toBe(2);
    outbox.edit("a", aRecord("a", { labelId: 5 }), null);
    expect(outbox.refused()).toEqual([]);
    expect(at(2).operation).toMatchObject({ kind: "create", body: { label_id: 5 } });
  });

  it("keeps an object without a label until it has one", async () => {
    const { outbox, sent, at } = setup();
    outbox.edit("a", aRecord("a", { labelId: null }), null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([outbox.size, sent.length]).toEqual([1, 0]);
    outbox.edit("a", aRecord("a", { labelId: 2 }), null);
    expect(at(0).operation).toMatchObject({ kind: "create", body: { label_id: 2 } });
  });

  it("retries 500 and 503 with growing pauses, and at once when told that the line is back", async () => {
    const { outbox, at, sent } = setup();
    outbox.edit("a", aRecord("a"), null);
    at(0).fail(new ApiError(503, "service_unavailable", ""));
    await settle();
    expect(outbox.failing).toBe("server");
    await vi.advanceTimersByTimeAsync(500);
    at(1).fail(new ApiError(500, "server_error", ""));
    await vi.advanceTimersByTimeAsync(999);
    expect(sent.length).toBe(2);
    outbox.retryNow();
    expect(sent.length).toBe(3);
  });

  it("takes over what an earlier visit left, which then leaves it alone", async () => {
    const first = setup();
    first.outbox.edit("a", aRecord("a"), null);
    first.outbox.edit("b", aRecord("b"), null);
    await first.outbox.stored();
    first.outbox.close();

    const second = setup(first.store, "visit-2");
    await second.outbox.load();
    expect(second.outbox.ids()).toEqual(["a", "b"]);
    second.outbox.edit("a", null, null);
    second.outbox.edit("c", aRecord("c"), null);
    await second.outbox.stored();
    // The answer to the first visit's request comes after all.
    first.at(0).answer(anAnnotation("a"));
    await settle();
    expect([...first.store.rows.keys()].sort()).toEqual(["1/7/a", "1/7/b", "1/7/c"]);
    expect(first.store.rows.get("1/7/a")).toEqual({
      ...owner,
      owner: "visit-2",
      clientId: "a",
      seq: 0,
      base: null,
      target: { record: aRecord("a") },
      desired: null,
    });
    expect(second.outbox.get("c")?.seq).toBe(2);
  });

  it("works without a store, and says that nothing is kept", async () => {
    const store = new MemoryStore();
    store.failing = true;
    const { outbox, at } = setup(store);
    await outbox.load();
    expect(outbox.unstored).toBe(true);
    outbox.edit("a", aRecord("a"), null);
    at(0).answer(anAnnotation("a"));
    await settle();
    expect(outbox.size).toBe(0);
  });

  it("flush waits for the last answer, for the time given, and not for what cannot come", async () => {
    const { outbox, at } = setup();
    expect(await outbox.flush(1_000)).toBe(true);
    outbox.edit("a", aRecord("a"), null);
    const done = outbox.flush(1_000);
    at(0).answer(anAnnotation("a"));
    expect(await done).toBe(true);

    outbox.edit("b", aRecord("b"), null);
    const late = outbox.flush(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await late).toBe(false);

    const stopped = outbox.flush(60_000);
    at(1).fail(new ApiError(403, "not_allowed", ""));
    expect(await stopped).toBe(false);
  });
});
