import { beforeEach, describe, expect, it } from "vitest";

import type { EngineStatus, RecordsDiff } from "../engine/types";
import { aRecord } from "./testing/factories";
import { WorkClock } from "./workClock";

type Seen = Parameters<WorkClock["follow"]>[0];

let now = 0;
let clock: WorkClock;
let seen: Seen;

beforeEach(() => {
  now = 1_000_000;
  clock = new WorkClock(() => now);
  seen = { tool: "extreme", points: [], queued: 0, drawing: false, selection: null };
  clock.follow(seen);
});

/** Seconds go by, then the person does something, and the engine's status is as told. */
function work(seconds: number, changes: Partial<Seen> & { placed?: number } = {}): void {
  now += seconds * 1000;
  clock.sign();
  const { placed, ...rest } = changes;
  const points = placed === undefined ? seen.points : (Array.from({ length: placed }) as EngineStatus["points"]);
  seen = { ...seen, points, ...rest };
  clock.follow(seen);
}

const added = (id: string): RecordsDiff => ({ added: { [id]: aRecord(id) }, updated: {}, removed: {} });
const updated = (id: string): RecordsDiff => ({ added: {}, updated: { [id]: [aRecord(id), aRecord(id)] }, removed: {} });

describe("work time", () => {
  it("runs from the first click to the acceptance", () => {
    work(20); // looking around before the first click
    work(3, { placed: 1 });
    work(1.5, { placed: 2 });
    work(1.25, { placed: 3 });
    work(1, { placed: 4 });
    now += 750;
    expect(clock.take(added("a"))).toEqual({ clientId: "a", time: { seconds: 4.5, tools: { extreme: 4.5 } } });
  });

  it("leaves out each pause of more than thirty seconds, and counts one of thirty", () => {
    work(1, { placed: 1 });
    work(30);
    work(30.001);
    work(3_600);
    work(2);
    expect(clock.take(added("a"))?.time).toEqual({ seconds: 32, tools: { extreme: 32 } });
  });

  it("is told by tool", () => {
    work(1, { placed: 1 });
    work(2, { tool: "pan" });
    work(3, { tool: "extreme" });
    work(4);
    expect(clock.take(added("a"))?.time).toEqual({ seconds: 9, tools: { extreme: 6, pan: 3 } });
  });

  it("begins anew when the points are dropped", () => {
    work(1, { placed: 1 });
    work(9, { placed: 0 });
    work(5);
    work(1, { placed: 1 });
    work(2, { placed: 4 });
    expect(clock.take(added("a"))?.time.seconds).toBe(2);
  });

  it("of an object that is clicked ahead is that object's", () => {
    work(1, { placed: 4 });
    work(2, { placed: 1, queued: 1 }); // the first click of the next one ends the pause before it
    work(3, { placed: 2, queued: 1 });
    work(4, { placed: 4, queued: 1 }); // complete: the first one is under review again
    work(5);
    expect(clock.take(added("a"))?.time.seconds).toBe(7);
    work(0, { queued: 0 });
    work(6);
    expect(clock.take(added("b"))?.time.seconds).toBe(13);
  });

  it("of a change runs from the selection of the object, and again from the change before", () => {
    work(5, { tool: "select" });
    work(1, { selection: "a" });
    work(2);
    expect(clock.take(updated("a"))).toEqual({ clientId: "a", time: { seconds: 2, tools: { select: 2 } } });
    work(3, { tool: "brush", drawing: true });
    work(4, { drawing: false });
    expect(clock.take(updated("a"))?.time).toEqual({ seconds: 7, tools: { select: 3, brush: 4 } });
  });

  it("of a first stroke runs from its press", () => {
    work(5, { tool: "brush" });
    work(1, { drawing: true });
    now += 800;
    expect(clock.take(added("a"))).toEqual({ clientId: "a", time: { seconds: 0.8, tools: { brush: 0.8 } } });
  });

  it("is not given to an object that nobody worked on: undo, or what a stroke took from a neighbour", () => {
    work(5);
    expect(clock.take(updated("b"))).toBeNull();
    work(1, { selection: "a" });
    work(2);
    expect(clock.take(updated("b"))).toBeNull();
    expect(clock.take(updated("a"))?.time.seconds).toBe(2);
  });
});
