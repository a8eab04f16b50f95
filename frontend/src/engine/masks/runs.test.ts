import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaOf, decodeRuns } from "../rle";
import { anyRuns, byRule, rowsOf, threeRuns, twoRuns } from "../testing/masks";
import {
  clipStretch,
  combine,
  emptyRuns,
  encodeRuns,
  intersect,
  recordShape,
  RunWriter,
  subtract,
  union,
  withoutOthers,
} from "./runs";

describe("RunWriter", () => {
  it("joins stretches that touch and leaves empty ones out", () => {
    const writer = new RunWriter();
    for (const [start, end] of [[0, 2], [2, 5], [7, 7], [8, 9]] as const) writer.add(start, end);
    expect([...writer.finish({ width: 2, height: 6 }).ends]).toEqual([0, 5, 8, 9, 12]);
  });

  it("ends with the object when the object reaches the last pixel", () => {
    const writer = new RunWriter();
    writer.add(4, 6);
    expect([...writer.finish({ width: 2, height: 3 }).ends]).toEqual([4, 6]);
    expect([...emptyRuns({ width: 2, height: 3 }).ends]).toEqual([6]);
  });
});

describe("boolean operations", () => {
  it.each([
    ["union", union, (a: boolean, b: boolean) => a || b],
    ["intersect", intersect, (a: boolean, b: boolean) => a && b],
    ["subtract", subtract, (a: boolean, b: boolean) => a && !b],
  ] as const)("%s agrees with looking at every pixel", (_, operation, rule) => {
    fc.assert(
      fc.property(twoRuns, ([a, b]) => {
        const [rowsA, rowsB] = [rowsOf(a), rowsOf(b)];
        const expected = rowsA.map((row, y) => row.map((set, x) => rule(set, rowsB[y]?.[x] ?? false)));
        expect(rowsOf(operation(a, b))).toEqual(expected);
      }),
    );
  });

  it("follow the laws of sets", () => {
    fc.assert(
      fc.property(threeRuns, ([a, b, c]) => {
        const none = emptyRuns(a);
        expect(union(a, b)).toEqual(union(b, a));
        expect(intersect(a, b)).toEqual(intersect(b, a));
        expect(union(union(a, b), c)).toEqual(union(a, union(b, c)));
        expect(intersect(a, union(b, c))).toEqual(union(intersect(a, b), intersect(a, c)));
        expect(subtract(a, union(b, c))).toEqual(intersect(subtract(a, b), subtract(a, c)));
        expect(union(a, a)).toEqual(a);
        expect(subtract(a, a)).toEqual(none);
        expect(union(a, none)).toEqual(a);
        expect(areaOf(union(a, b)) + areaOf(intersect(a, b))).toBe(areaOf(a) + areaOf(b));
        expect(withoutOthers(a, [b, c])).toEqual(subtract(subtract(a, b), c));
      }),
    );
  });

  it("refuse masks of different images", () => {
    expect(() => combine(emptyRuns({ width: 2, height: 3 }), emptyRuns({ width: 3, height: 2 }), () => true)).toThrow(
      "Two masks of different images cannot be combined.",
    );
  });
});

describe("clipStretch", () => {
  it("gives the parts inside and the parts outside, which together are the whole", () => {
    fc.assert(
      fc.property(anyRuns, fc.nat(200), fc.nat(200), (runs, one, other) => {
        const total = runs.width * runs.height;
        const [start, end] = [Math.min(one, other) % total, Math.min(Math.max(one, other), total)];
        const column = rowsOf(runs);
        const at = (position: number): boolean =>
          column[position % runs.height]?.[Math.floor(position / runs.height)] ?? false;
        for (const inside of [true, false]) {
          const seen: number[] = [];
          clipStretch(runs, inside, start, end, (from, to) => {
            for (let position = from; position < to; position += 1) seen.push(position);
          });
          const expected = Array.from({ length: Math.max(end - start, 0) }, (_, index) => start + index);
          expect(seen).toEqual(expected.filter((position) => at(position) === inside));
        }
      }),
    );
  });
});

describe("records", () => {
  it("come back from the string that they are written as", () => {
    fc.assert(
      fc.property(anyRuns, (runs) => {
        expect(decodeRuns(encodeRuns(runs))).toEqual(runs);
      }),
    );
  });

  it("know their box and area; an empty mask makes none", () => {
    const runs = byRule(7, 5, (x, y) => x >= 2 && x < 5 && y === 3);
    expect(recordShape(runs)).toEqual({ mask: { size: [5, 7], counts: "=140007" }, bbox: [2, 3, 3, 1], area: 3 });
    expect(recordShape(emptyRuns({ width: 7, height: 5 }))).toBeNull();
  });
});
