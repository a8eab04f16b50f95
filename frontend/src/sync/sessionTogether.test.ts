import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "../api/errors";
import type { TaskEvent } from "../api/types";
import { anAnnotation, aDetail, aRecord, ana, ben } from "./testing/factories";
import { settle } from "./testing/fakes";
import { Desk } from "./testing/desk";

const moved: TaskEvent = {
  type: "pointer.moved",
  connection: "c2",
  user: ben,
  initials: "BE",
  x: 1,
  y: 2,
  tool: "brush",
  object_id: null,
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a session's events and frames", () => {
  it("tell each watcher of every event once, after the session has taken it in, until it stops watching", async () => {
    const desk = new Desk();
    const seen: string[] = [];
    const stop = desk.session.onEvent(({ type }) => seen.push(`${type} ${desk.engine.objects.size}`));
    await desk.open(aDetail({ annotations: [anAnnotation("a")] }));
    desk.line.onEvent({ type: "annotation.changed", annotation: anAnnotation("b", { id: 101 }) });
    desk.line.onEvent(moved);
    expect(seen).toEqual(["task.opened 1", "annotation.changed 2", "pointer.moved 2"]);
    stop();
    desk.line.onEvent(moved);
    expect(seen.length).toBe(3);
  });

  it("reach nobody any more once the session is closed, also when a watcher closes it", async () => {
    const desk = await new Desk().open();
    const seen: string[] = [];
    desk.session.onEvent(({ type }) => {
      seen.push(type);
      desk.session.close();
    });
    desk.line.onEvent(moved);
    desk.line.onEvent(moved);
    expect(seen).toEqual(["pointer.moved"]);
  });

  it("are sent as they are, and not at all before there is a line", async () => {
    const desk = new Desk();
    expect(desk.session.send({ type: "editing", object_id: 5 })).toBe(false);
    await desk.open();
    expect(desk.session.send({ type: "editing", object_id: 5 })).toBe(true);
    expect(desk.frames).toEqual([{ type: "editing", object_id: 5 }]);
  });
});

describe("a conflict", () => {
  const current = anAnnotation("a", { version: 2, label_id: 4, updated_by: ben, updated_at: "2026-01-02T03:09:05Z" });

  async function conflicted(mine = aRecord("a", { labelId: 2 })): Promise<Desk> {
    const desk = await new Desk().open(aDetail({ annotations: [anAnnotation("a")] }));
    desk.engine.user("a", mine);
    desk.sent[0]?.fail(new ApiError(409, "stale_version", "", { current }));
    await settle();
    return desk;
  }

  it("shows the server's object and keeps one's own beside it, with who and when", async () => {
    const desk = await conflicted();
    expect(desk.engine.objects.get("a")?.labelId).toBe(4);
    expect(desk.save).toEqual({ kind: "conflict", unsent: 0 });
    expect(desk.session.snapshot().conflicts).toEqual([
      {
        id: expect.stringMatching(/^\d+-\d+-\d+-\d+$/) as string,
        clientId: "a",
        mine: aRecord("a", { labelId: 2 }),
        theirs: aRecord("a", { labelId: 4 }),
        by: "ben",
        at: "2026-01-02T03:09:05Z",
      },
    ]);
    expect(await desk.session.flush(1000)).toBe(false);
  });

  it("outlives the page and ends with the choice", async () => {
    const desk = await conflicted();
    const [kept] = desk.session.snapshot().conflicts;
    desk.session.close();
    const again = new Desk("annotator", { store: desk.store });
    await again.open(aDetail({ annotations: [current] }));
    expect(again.session.snapshot().conflicts).toEqual([kept]);
    again.session.settleConflict(kept?.id ?? "");
    expect(again.save).toEqual({ kind: "saved" });
    expect(await again.session.flush(1000)).toBe(true);
    await settle();
    expect([...desk.store.kept.keys()]).toEqual([]);
    expect(again.sent).toEqual([]);
  });

  it("is none when both made the same of it", async () => {
    const desk = await conflicted(aRecord("a", { labelId: 4 }));
    expect(desk.session.snapshot().conflicts).toEqual([]);
    expect(desk.save).toEqual({ kind: "saved" });
  });

  it("keeps one's own newest wish, not only the one that was on its way", async () => {
    const desk = await new Desk().open(aDetail({ annotations: [anAnnotation("a")] }));
    desk.engine.user("a", aRecord("a", { labelId: 2 }));
    desk.engine.user("a", aRecord("a", { labelId: 3 }));
    desk.sent[0]?.fail(new ApiError(409, "stale_version", "", { current }));
    await settle();
    expect(desk.session.snapshot().conflicts.map(({ mine }) => mine?.labelId)).toEqual([3]);
    expect(desk.sent.length).toBe(1);
  });

  it("chosen for one's own version sends that on top of theirs", async () => {
    const desk = await conflicted();
    desk.engine.user("a", aRecord("a", { labelId: 2 }));
    expect(desk.sent[1]?.operation).toEqual({ kind: "update", annotationId: 100, body: { version: 2, label_id: 2 } });
  });
});

describe("work time", () => {
  const worked = { clientId: "a", time: { seconds: 4.5, tools: { extreme: 4.5 } } };

  it("goes with the object that it was spent on, once, whatever the network does", async () => {
    const desk = await new Desk("annotator", { workTime: () => worked }).open();
    desk.engine.user("a", aRecord("a"));
    const told = { seconds: 4.5, tool_seconds: { extreme: 4.5 } };
    const body = { client_id: "a", label_id: 1, ...told };
    expect(desk.sent[0]?.operation).toMatchObject({ kind: "create", body });
    desk.sent[0]?.fail(new ApiError(0, "unreachable", ""));
    await settle();
    // Edited again while the line is down: the very same request is repeated, and the rest comes with the next one.
    desk.engine.user("a", aRecord("a", { labelId: 2 }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(desk.sent[1]?.operation).toEqual(desk.sent[0]?.operation);
    desk.sent[1]?.answer(anAnnotation("a"));
    await settle();
    expect(desk.sent[2]?.operation).toEqual({
      kind: "update",
      annotationId: 100,
      body: { version: 1, label_id: 2, ...told },
    });
    desk.sent[2]?.answer(anAnnotation("a", { version: 2, label_id: 2 }));
    await settle();
    expect(desk.save).toEqual({ kind: "saved" });
  });

  it("adds up while edits wait, and survives a reload with them", async () => {
    const desk = await new Desk("annotator", { workTime: () => worked }).open(aDetail({ annotations: [anAnnotation("a")] }));
    desk.line.onState("waiting", null);
    desk.engine.user("a", aRecord("a", { labelId: 2 }));
    desk.engine.user("a", aRecord("a", { labelId: 3 }));
    desk.engine.user("a", aRecord("a", { labelId: 4 }));
    await settle();
    desk.session.close();
    const again = await new Desk("annotator", { store: desk.store }).open(aDetail({ annotations: [anAnnotation("a")] }));
    expect(again.sent[0]?.operation).toEqual({
      kind: "update",
      annotationId: 100,
      body: { version: 1, label_id: 2, seconds: 4.5, tool_seconds: { extreme: 4.5 } },
    });
    again.sent[0]?.answer(anAnnotation("a", { version: 2, label_id: 2, updated_by: ana }));
    await settle();
    expect(again.sent[1]?.operation).toEqual({
      kind: "update",
      annotationId: 100,
      body: { version: 2, label_id: 4, seconds: 9, tool_seconds: { extreme: 9 } },
    });
  });

  it("of another object stays out of an edit", async () => {
    const desk = await new Desk("annotator", { workTime: () => worked }).open();
    desk.engine.user("b", aRecord("b"));
    expect(desk.sent[0]?.operation).toMatchObject({ kind: "create", body: { client_id: "b" } });
    expect(desk.sent[0]?.operation).not.toHaveProperty("body.seconds");
  });
});
