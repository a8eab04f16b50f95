import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Presence as PresenceList, TaskEvent, User } from "../api/types";
import { Presence } from "./presence";
import { ana, aDetail, ben } from "./testing/factories";

const SINCE = "2026-01-02T03:04:05Z";

function setup() {
  const frames: object[] = [];
  const nobody = (): void => {};
  let tell: (event: TaskEvent) => void = nobody;
  const line = { open: true, active: true };
  const presence = new Presence({
    me: ana,
    send: (frame) => line.open && frames.push(frame) > 0,
    onEvent: (watcher) => {
      tell = watcher;
      return () => {
        tell = nobody;
      };
    },
    isActive: () => line.active,
  });
  const list = (changes: Partial<PresenceList> = {}, ...people: [user: User, pages: number][]): void =>
    tell({
      type: "presence.changed",
      revision: 1,
      you: "here",
      people: people.map(([user, pages]) => ({ user, initials: "XX", since: SINCE, pages })),
      editing: [],
      ...changes,
    });
  const moved = (x: number, connection = "c2", user = ben): void =>
    tell({ type: "pointer.moved", connection, user, initials: "BE", x, y: 2, tool: "brush", object_id: 100 });
  const at = (x: number) => presence.pointAt({ x, y: 5, tool: "brush", objectId: null });
  return { presence, frames, line, list, moved, at, tell: (event: TaskEvent) => tell(event) };
}

const frame = (x: number) => ({ type: "pointer", x, y: 5, tool: "brush", object_id: null });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("one's own pointer", () => {
  it("is told ten times a second at most, and where it came to rest", async () => {
    const { frames, list, at } = setup();
    list({}, [ana, 1], [ben, 1]);
    for (let x = 0; x < 50; x += 1) {
      at(x);
      await vi.advanceTimersByTimeAsync(20);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(frames.length).toBe(11);
    expect([frames[0], frames[1], frames.at(-1)]).toEqual([frame(0), frame(4), frame(49)]);
  });

  it("is told only when it has moved, and in tenths of a pixel", async () => {
    const { frames, list, at } = setup();
    list({}, [ana, 1], [ben, 1]);
    for (const x of [1.04, 1.01, 0.96]) {
      at(x);
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(frames).toEqual([frame(1)]);
  });

  it("is told to nobody while nobody is there, and again to whoever comes", async () => {
    const { frames, list, at } = setup();
    list({}, [ana, 1]);
    at(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(frames).toEqual([]);
    list({}, [ana, 2]);
    at(1);
    await vi.advanceTimersByTimeAsync(500);
    list({}, [ana, 2], [ben, 1]);
    at(1);
    expect(frames).toEqual([frame(1), frame(1)]);
  });
});

describe("others' pointers", () => {
  it("are shown where they are, one for each page, and go after ten seconds of silence", async () => {
    const { presence, moved } = setup();
    const heard = vi.fn();
    presence.onPointers(heard);
    moved(1);
    moved(7, "c3", ana);
    await vi.advanceTimersByTimeAsync(6_000);
    moved(2);
    expect(presence.pointers().map(({ connection, x, objectId }) => [connection, x, objectId])).toEqual([
      ["c2", 2, 100],
      ["c3", 7, 100],
    ]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(presence.pointers().map(({ connection }) => connection)).toEqual(["c2"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(presence.pointers()).toEqual([]);
    expect(heard).toHaveBeenCalledTimes(5);
  });

  it("go with their person", () => {
    const { presence, moved, list } = setup();
    moved(1);
    list({}, [ana, 1]);
    expect(presence.pointers()).toEqual([]);
  });
});

describe("what is edited", () => {
  it("is known of other pages, also of this person's, and apart from this page's own", () => {
    const { presence, list } = setup();
    const one = (object_id: number, by: User, connection: string) => ({ object_id, by, connection, since: SINCE });
    list({ editing: [one(1, ana, "here"), one(1, ana, "there"), one(2, ben, "c2")] }, [ana, 2], [ben, 1]);
    expect(presence.snapshot()).toMatchObject({
      ownTabs: 1,
      mine: one(1, ana, "here"),
      editing: [one(1, ana, "there"), one(2, ben, "c2")],
    });
  });

  it("is said once, again every five seconds while somebody works here, and on a new line", async () => {
    const { presence, frames, line, tell } = setup();
    presence.edit(9);
    presence.edit(9);
    expect(frames).toEqual([{ type: "editing", object_id: 9 }]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(frames.length).toBe(3);
    line.active = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(frames.length).toBe(3);
    tell({ type: "task.opened", task: aDetail() });
    expect(frames.length).toBe(4);
    presence.edit(null);
    expect(frames.at(-1)).toEqual({ type: "editing", object_id: null });
    line.active = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(frames.length).toBe(5);
  });

  it("ends with the page, and so do all timers", async () => {
    const { presence, frames, moved, at } = setup();
    presence.edit(9);
    moved(1);
    at(1);
    presence.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(frames).toEqual([{ type: "editing", object_id: 9 }]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
