import { beforeEach, describe, expect, it } from "vitest";
import { fillPolygon } from "./masks/polygon";
import { recordShape, subtract, union } from "./masks/runs";
import { decodeRuns } from "./rle";
import { imagePoint } from "./geometry";
import { boxMask, IMAGE, record, TestBench } from "./testing/bench";
import type { MaskOperation, ObjectRecord } from "./types";

let bench: TestBench;

function square(x: number, y: number, side: number): ReturnType<typeof fillPolygon> {
  const [left, top, right, bottom] = [x - 0.5, y - 0.5, x + side - 0.5, y + side - 0.5];
  return fillPolygon(
    [[imagePoint(left, top), imagePoint(right, top), imagePoint(right, bottom), imagePoint(left, bottom)]],
    IMAGE,
  );
}

/** A square with a hole of 10 x 10, a speck of 2 x 2 and another part of 20 x 20. */
const ROUGH = union(union(subtract(square(100, 100, 50), square(110, 110, 10)), square(300, 100, 20)), square(500, 500, 2));

function selected(): ObjectRecord | undefined {
  return bench.engine.objects().find(({ id }) => id === "a");
}

function userDiffs(): unknown[] {
  return bench.diffs.filter(({ source }) => source === "user");
}

beforeEach(async () => {
  bench = await TestBench.open();
  const shape = recordShape(ROUGH);
  if (shape === null) throw new Error("empty");
  bench.engine.applyRemote({
    upsert: [
      record("a", shape),
      record("b", { mask: boxMask(140, 100, 20, 50), bbox: [140, 100, 20, 50], area: 1000, labelId: 2 }),
    ],
  });
  bench.engine.select("a");
});

describe("reshapeSelected", () => {
  it.each<[MaskOperation, number, number[]]>([
    [{ name: "fillHoles" }, 2904, [100, 100, 402, 402]],
    [{ name: "removeSpecks" }, 2800, [100, 100, 220, 50]],
    [{ name: "keepLargest" }, 2400, [100, 100, 50, 50]],
    [{ name: "grow" }, 3128, [99, 99, 404, 404]],
    [{ name: "shrink" }, 2488, [101, 101, 218, 48]],
    [{ name: "smooth", radius: 3 }, 2780, [100, 100, 220, 50]],
    [{ name: "subtract", other: "b" }, 2304, [100, 100, 402, 402]],
    [{ name: "intersect", other: "b" }, 500, [140, 100, 10, 50]],
  ])("%o gives the object another mask, one undo step", (operation, area, bbox) => {
    const before = selected();
    expect(bench.engine.reshapeSelected(operation)).toBe(true);
    expect(selected()).toMatchObject({ id: "a", labelId: 1, area, bbox, score: null, proposalId: null });
    expect(bench.status.objectCount).toBe(2);
    bench.engine.undo();
    expect(selected()).toEqual(before);
  });

  it("unites two objects into the selected one; undo brings both back", () => {
    expect(bench.engine.reshapeSelected({ name: "union", other: "b" })).toBe(true);
    expect(bench.engine.objects().map(({ id, labelId, area }) => [id, labelId, area])).toEqual([["a", 1, 3304]]);
    bench.engine.undo();
    expect(bench.engine.objects().map(({ id, area }) => [id, area])).toEqual([
      ["a", 2804],
      ["b", 1000],
    ]);
  });

  it("splits into one object for each part, which together have the same pixels", () => {
    bench.engine.reshapeSelected({ name: "split" });
    const parts = bench.engine.objects().filter(({ id }) => id !== "b");
    expect(parts.map(({ id, labelId, area }) => [id, labelId, area])).toEqual([
      ["a", 1, 2400],
      ["id-1", 1, 400],
      ["id-2", 1, 4],
    ]);
    expect(parts.map(({ mask }) => decodeRuns(mask)).reduce(union)).toEqual(ROUGH);
    bench.engine.undo();
    expect(bench.status.objectCount).toBe(2);
  });

  it("changes nothing where nothing would be left, and says so", () => {
    bench.engine.applyRemote({ upsert: [record("c", { mask: boxMask(700, 700, 5, 5), bbox: [700, 700, 5, 5], area: 25 })] });
    expect(bench.engine.reshapeSelected({ name: "intersect", other: "c" })).toBe(false);
    expect(bench.status.hint).toBe("mask.empty");
    expect(userDiffs()).toEqual([]);
  });

  it.each<[string, MaskOperation, () => void]>([
    ["nothing is selected", { name: "grow" }, () => bench.engine.select(null)],
    ["it is read-only", { name: "grow" }, () => bench.engine.setReadOnly(true)],
    ["the other object is itself", { name: "union", other: "a" }, () => {}],
    ["the other object is gone", { name: "subtract", other: "nobody" }, () => {}],
    ["the mask stays the same", { name: "smooth", radius: 0 }, () => {}],
  ])("changes nothing when %s", (_, operation, change) => {
    change();
    expect(bench.engine.reshapeSelected(operation)).toBe(false);
    expect([userDiffs(), bench.status.canUndo]).toEqual([[], false]);
  });
});
