import { beforeEach, describe, expect, it } from "vitest";
import { decodeRuns, isSet } from "../../rle";
import { boxMask, record, TestBench } from "../../testing/bench";
import type { ObjectRecord } from "../../types";

let bench: TestBench;

function boxRecord(id: string, x: number, y: number, width: number, height: number): ObjectRecord {
  return record(id, { mask: boxMask(x, y, width, height), bbox: [x, y, width, height], area: width * height });
}

function object(index = -1): ObjectRecord {
  const found = bench.engine.objects().at(index);
  if (found === undefined) throw new Error("there is no object");
  return found;
}

function has(one: ObjectRecord, x: number, y: number): boolean {
  return isSet(decodeRuns(one.mask), x, y);
}

function userDiffs(): unknown[] {
  return bench.diffs.filter(({ source }) => source === "user");
}

/** A size of 21 is a radius of 10.5. */
beforeEach(async () => {
  bench = await TestBench.open();
  bench.key("b");
  bench.engine.setBrushSize(21);
});

describe("eraser", () => {
  beforeEach(() => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 100, 100, 100, 100)] });
    bench.key("x");
  });

  it("selects the object under its first pixel and takes from it", () => {
    expect(bench.status).toMatchObject({ state: "eraser.idle", hint: "eraser.none" });
    bench.drag([150, 150], [250, 150]);
    expect(bench.status).toMatchObject({ selection: "a", hint: "eraser.selected" });
    expect([has(object(), 150, 150), has(object(), 139, 150), has(object(), 199, 150)]).toEqual([false, true, false]);
    expect(object()).toMatchObject({ score: null, proposalId: null });
    bench.engine.undo();
    expect(object()).toMatchObject({ area: 10_000, proposalId: 5 });
  });

  it("does nothing on bare image", () => {
    bench.drag([500, 500], [550, 500]);
    expect(bench.status).toMatchObject({ hint: "eraser.none", state: "eraser.idle" });
    expect(userDiffs()).toEqual([]);
  });

  it("removes the object when no pixel is left; undo brings it back", () => {
    bench.engine.setBrushSize(400);
    bench.drag([150, 150], [151, 150]);
    expect(bench.status).toMatchObject({ objectCount: 0, selection: null });
    bench.engine.undo();
    expect(object()).toMatchObject({ id: "a", area: 10_000 });
  });

  it("drops its stroke with Escape", () => {
    bench.down(150, 150);
    bench.key("Escape");
    bench.up(150, 150);
    expect(userDiffs()).toEqual([]);
  });

  it("does nothing to an object that a colleague deletes meanwhile", () => {
    bench.down(150, 150);
    bench.engine.applyRemote({ remove: ["a"] });
    bench.up(150, 150);
    expect([userDiffs(), bench.status.objectCount]).toEqual([[], 0]);
  });

  it("keeps the size of the brush", () => {
    expect(bench.status.brushSize).toBe(21);
  });
});
