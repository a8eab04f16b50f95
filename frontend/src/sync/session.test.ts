import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "../api/errors";
import type { Lease } from "../api/types";
import { aDetail, anAnnotation, aRecord, aTask, ben } from "./testing/factories";
import { settle } from "./testing/fakes";
import { bens, Desk, mine } from "./testing/desk";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("TaskSession", () => {
  it("shows the fresh state and lets the holder of the lease edit", async () => {
    const desk = await new Desk().open(aDetail({ annotations: [anAnnotation("a")] }));
    expect([...desk.engine.objects.values()]).toEqual([aRecord("a")]);
    expect(desk.engine.readOnly).toBe(false);
    expect(desk.session.snapshot().access).toEqual({ kind: "edit" });
    expect(desk.save).toEqual({ kind: "saved" });
    expect(desk.calls).toEqual([]);
  });

  it("takes the lease of a free task before anything can be edited", async () => {
    const desk = new Desk();
    let grant: (lease: Lease) => void = () => {};
    desk.lease = () => new Promise((resolve) => (grant = resolve));
    await desk.open(aDetail({ lease: null }));
    expect(desk.engine.readOnly).toBe(true);
    grant(mine);
    await settle();
    expect(desk.engine.readOnly).toBe(false);
    expect(desk.calls).toEqual(["takeLease"]);
  });

  it("shows a task that somebody else holds, and says who", async () => {
    const desk = await new Desk().open(aDetail({ lease: bens }));
    expect(desk.engine.readOnly).toBe(true);
    expect(desk.session.snapshot().access).toEqual({ kind: "view", reason: "held", holder: "ben" });
    expect(desk.calls).toEqual([]);
    desk.line.onEvent({ type: "task.changed", last_review: null, task: aTask({ lease: null }) });
    await settle();
    expect(desk.session.snapshot().access).toEqual({ kind: "edit" });
  });

  it("loses the race for a free task gracefully", async () => {
    const desk = new Desk();
    desk.lease = () => Promise.reject(new ApiError(409, "lease_held", "", { holder: ben }));
    await desk.open(aDetail({ lease: null }));
    expect(desk.session.snapshot().access).toEqual({ kind: "view", reason: "held", holder: "ben" });
    expect(desk.save).toEqual({ kind: "saved" });
  });

  it("says saved only after the answer, and shows no object twice when its own event comes first", async () => {
    const desk = await new Desk().open();
    desk.engine.user("a", aRecord("a", { author: null }));
    expect(desk.save).toEqual({ kind: "saving", unsent: 1 });
    expect([...desk.session.snapshot().unsentIds]).toEqual(["a"]);
    desk.line.onEvent({ type: "annotation.changed", annotation: anAnnotation("a") });
    expect(desk.save).toEqual({ kind: "saving", unsent: 1 });
    expect([...desk.engine.objects.keys()]).toEqual(["a"]);
    desk.sent[0]?.answer(anAnnotation("a"));
    await settle();
    expect(desk.save).toEqual({ kind: "saved" });
    expect([...desk.engine.objects.values()]).toEqual([aRecord("a")]);
    expect(desk.engine.remote).toEqual([{ upsert: [aRecord("a")], remove: [] }]);
  });

  it("does not forward the echo of an edit while a later one is on its way", async () => {
    const desk = await new Desk().open(aDetail({ annotations: [anAnnotation("a")] }));
    desk.engine.user("a", aRecord("a", { labelId: 2 }));
    desk.engine.user("a", aRecord("a", { labelId: 3 }));
    desk.line.onEvent({ type: "annotation.changed", annotation: anAnnotation("a", { version: 2, label_id: 2 }) });
    expect(desk.engine.objects.get("a")?.labelId).toBe(3);
  });

  it("shows what others add, change and remove", async () => {
    const desk = await new Desk().open(aDetail({ annotations: [anAnnotation("a")] }));
    const theirs = anAnnotation("b", { id: 101, created_by: ben });
    desk.line.onEvent({ type: "annotation.changed", annotation: theirs });
    expect(desk.engine.objects.get("b")?.author).toBe("ben");
    desk.line.onEvent({ type: "annotation.changed", annotation: { ...theirs, version: 2, deleted: true } });
    desk.line.onEvent({ type: "annotation.changed", annotation: theirs });
    expect([...desk.engine.objects.keys()]).toEqual(["a"]);
  });

  it("stops when somebody else took the task, keeps the work in view, and sends it once the task is free", async () => {
    const desk = await new Desk().open();
    desk.engine.user("a", aRecord("a"));
    const error = new ApiError(409, "lease_held", "ben works on this task now.", { holder: ben });
    desk.sent[0]?.fail(error);
    await settle();
    expect(desk.save).toEqual({ kind: "stopped", unsent: 1, error });
    expect(desk.session.snapshot().access).toEqual({ kind: "view", reason: "held", holder: "ben" });
    expect([...desk.engine.objects.keys()]).toEqual(["a"]);
    expect(desk.engine.readOnly).toBe(true);

    desk.detail = aDetail({ lease: null });
    await desk.session.retry();
    await settle();
    expect(desk.calls).toEqual(["task", "takeLease"]);
    expect(desk.sent[1]?.operation).toEqual(desk.sent[0]?.operation);
    expect(desk.save).toEqual({ kind: "saving", unsent: 1 });
    expect(desk.engine.readOnly).toBe(false);
  });

  it("stops for good when the role is taken away, and does not storm the server", async () => {
    const desk = await new Desk().open();
    desk.engine.user("a", aRecord("a"));
    const error = new ApiError(403, "not_allowed", "Viewers cannot label.");
    desk.sent[0]?.fail(error);
    await settle();
    desk.line.onEvent({ type: "lease.renewed", lease: mine });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(desk.sent.length).toBe(1);
    expect(desk.session.snapshot().access).toEqual({ kind: "view", reason: "stopped" });
    expect(desk.save).toEqual({ kind: "stopped", unsent: 1, error });
  });

  it("is read-only after the task was submitted from another tab, with unsent work kept", async () => {
    const desk = await new Desk().open();
    desk.engine.user("a", aRecord("a"));
    desk.line.onEvent({ type: "task.changed", last_review: null, task: aTask({ state: "submitted", lease: null }) });
    expect(desk.session.snapshot().access).toEqual({ kind: "view", reason: "submitted" });
    expect(desk.save).toMatchObject({ kind: "stopped", unsent: 1, error: { code: "task_not_editable" } });
    expect([...desk.engine.objects.keys()]).toEqual(["a"]);
  });

  it("shows and sends what an earlier visit left before it trusts the fresh state", async () => {
    const first = await new Desk().open();
    first.engine.user("a", aRecord("a"));
    await settle();
    first.session.close();

    const second = new Desk();
    for (const [key, row] of first.store.rows) second.store.rows.set(key, row);
    await second.session.start();
    expect([...second.engine.objects.keys()]).toEqual(["a"]);
    expect(second.save).toEqual({ kind: "saving", unsent: 1 });
    expect(second.sent).toEqual([]);
    second.line.onState("open", null);
    second.line.onEvent({ type: "task.opened", task: aDetail() });
    await settle();
    expect([...second.engine.objects.keys()]).toEqual(["a"]);
    expect(second.sent[0]?.operation).toEqual(first.sent[0]?.operation);
  });

  it("tells the truth about a line that is down", async () => {
    const desk = await new Desk().open();
    desk.line.onState("waiting", null);
    expect(desk.save).toEqual({ kind: "offline", unsent: 0, server: false });
    desk.engine.user("a", aRecord("a"));
    expect(desk.save).toEqual({ kind: "offline", unsent: 1, server: false });
  });

  it("tells the truth about requests that fail on an open line", async () => {
    const desk = await new Desk().open();
    desk.engine.user("a", aRecord("a"));
    desk.sent[0]?.fail(new ApiError(503, "service_unavailable", ""));
    await settle();
    expect(desk.save).toEqual({ kind: "offline", unsent: 1, server: true });
    await vi.advanceTimersByTimeAsync(500);
    desk.sent[1]?.answer(anAnnotation("a"));
    await settle();
    expect(desk.save).toEqual({ kind: "saved" });
  });

  it("asks again for a mask on a new line, and passes answers and refusals on", async () => {
    const desk = await new Desk().open();
    const ask = (requestId: string): void =>
      desk.session.requestMask({ requestId, points: [{ x: 1, y: 2, t: 0 }], parentProposalId: 69 });
    ask("r1");
    const frame = { type: "segment", request_id: "r1", points: [{ x: 1, y: 2, t: 0 }], parent_proposal_id: 69 };
    expect(desk.frames).toEqual([frame]);
    desk.line.onState("waiting", null);
    desk.line.onState("connecting", null);
    desk.line.onState("open", null);
    desk.line.onEvent({ type: "task.opened", task: aDetail() });
    expect(desk.frames).toEqual([frame, frame]);
    desk.line.onEvent({ type: "error", request_id: "r1", code: "too_few_points", message: "Click four points." });
    expect(desk.engine.failures).toEqual([{ requestId: "r1", code: "too_few_points", message: "Click four points." }]);
    ask("r2");
    desk.line.onEvent({ type: "proposal.failed", request_id: "r2", code: "segmentation_failed", message: "Sorry." });
    expect(desk.engine.failures[1]).toEqual({ requestId: "r2", code: "segmentation_failed", message: "Sorry." });
  });

  it("looks again when the fresh state is older than an answer, so that no ghost stays", async () => {
    const desk = await new Desk().open();
    desk.engine.user("a", aRecord("a"));
    desk.line.onState("waiting", null);
    desk.line.onState("connecting", null);
    desk.sent[0]?.answer(anAnnotation("a"));
    await settle();
    desk.detail = aDetail({ annotations: [] });
    desk.line.onState("open", null);
    desk.line.onEvent({ type: "task.opened", task: aDetail({ annotations: [] }) });
    expect([...desk.engine.objects.keys()]).toEqual(["a"]);
    await settle();
    expect(desk.calls).toEqual(["task"]);
    expect([...desk.engine.objects.keys()]).toEqual([]);
  });

  it("retakes a lease that ran out without interrupting the work", async () => {
    const desk = await new Desk().open();
    desk.line.onEvent({ type: "task.changed", last_review: null, task: aTask({ lease: null }) });
    expect(desk.engine.readOnly).toBe(false);
    await settle();
    expect(desk.calls).toEqual(["takeLease"]);
    expect(desk.session.snapshot().access).toEqual({ kind: "edit" });
  });

  it("gives the task back when it is left, but not with unsent work in it", async () => {
    const desk = await new Desk().open();
    desk.session.close();
    expect(desk.calls).toEqual(["socket.close", "releaseLease"]);

    const busy = await new Desk().open();
    busy.engine.user("a", aRecord("a"));
    busy.session.close();
    expect(busy.calls).toEqual(["socket.close"]);
  });

  it("on the way to the next task neither renews nor retakes the lease, until the person stays after all", async () => {
    const desk = await new Desk().open();
    desk.session.beginLeaving();
    await desk.session.release();
    desk.line.onEvent({ type: "task.changed", last_review: null, task: aTask({ lease: null }) });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(desk.calls).toEqual(["releaseLease"]);
    expect(desk.frames).toEqual([]);
    desk.session.stay();
    await settle();
    expect(desk.calls).toEqual(["releaseLease", "takeLease"]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(desk.frames).toEqual([{ type: "heartbeat" }]);
  });

  it("a viewer takes no lease and edits nothing", async () => {
    const desk = await new Desk("viewer").open(aDetail({ lease: null }));
    expect(desk.calls).toEqual([]);
    expect(desk.engine.readOnly).toBe(true);
    expect(desk.session.snapshot().access).toEqual({ kind: "view", reason: "role" });
  });

  it("reports a refused socket", async () => {
    const desk = new Desk();
    await desk.session.start();
    desk.line.onState("refused", "not_found");
    expect(desk.session.snapshot()).toMatchObject({ connection: "refused", refusal: "not_found" });
  });

  it("counts the project's tasks as they change and tells every change once", async () => {
    const desk = await new Desk().open();
    const listener = vi.fn();
    const stop = desk.session.subscribe(listener);
    const progress = { total: 9, open: 1, in_progress: 1, submitted: 3, changes_requested: 0, accepted: 4 };
    const counts = { ...progress, skipped: 0, flagged: 0 };
    desk.line.onEvent({ type: "project.changed", project_id: 3, counts });
    expect(desk.session.snapshot().counts).toEqual(counts);
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
    desk.line.onEvent({ type: "project.changed", project_id: 3, counts });
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
