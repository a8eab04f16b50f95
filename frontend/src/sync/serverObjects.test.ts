import { describe, expect, it } from "vitest";

import { ServerObjects } from "./serverObjects";
import { anAnnotation } from "./testing/factories";

const v = (version: number, changes = {}) => anAnnotation("a", { version, ...changes });

describe("ServerObjects", () => {
  it("keeps the newest version, whatever order it comes in", () => {
    const objects = new ServerObjects();
    expect([objects.take(v(2)), objects.take(v(1)), objects.take(v(2)), objects.take(v(3))]).toEqual([
      true, false, false, true,
    ]);
    expect(objects.live("a")).toEqual(v(3));
  });

  it("does not let an old event bring a deleted object back, but a restore does", () => {
    const objects = new ServerObjects();
    objects.take(v(2, { deleted: true }));
    objects.take(v(1));
    expect(objects.live("a")).toBeNull();
    objects.take(v(3));
    expect(objects.live("a")).toEqual(v(3));
  });

  it("drops what a fresh state lacks and keeps what is newer than it", () => {
    const objects = new ServerObjects();
    objects.take(v(1));
    objects.take(anAnnotation("b", { version: 5 }));
    const { doubtful } = objects.takeAll([anAnnotation("b", { version: 4 })], objects.mark());
    expect(doubtful).toBe(false);
    expect(objects.live("a")).toBeNull();
    expect(objects.last("a")).toEqual({ annotation: v(1), gone: true, tick: 1 });
    expect(objects.live("b")?.version).toBe(5);
  });

  it("keeps an object heard of after the fresh state was asked for, and says that this is doubtful", () => {
    const objects = new ServerObjects();
    const mark = objects.mark();
    objects.take(v(1));
    expect(objects.takeAll([], mark)).toEqual({ doubtful: true });
    expect(objects.live("a")).toEqual(v(1));
    expect(objects.takeAll([], objects.mark())).toEqual({ doubtful: false });
    expect(objects.live("a")).toBeNull();
  });

  it("takes an object back that a later fresh state has after all, and not from an earlier one", () => {
    const objects = new ServerObjects();
    const early = objects.mark();
    objects.take(v(1));
    objects.takeAll([], objects.mark());
    objects.takeAll([v(1)], early);
    expect(objects.live("a")).toBeNull();
    objects.takeAll([v(1)], objects.mark());
    expect(objects.live("a")).toEqual(v(1));
  });
});
