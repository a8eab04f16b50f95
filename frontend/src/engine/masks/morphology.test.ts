import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyBitmap, anyRuns, byRule, drawn, linesOf, rowsOf } from "../testing/masks";
import { bitmapOf, emptyBitmap, runsOf } from "./bitmap";
import { growMask, shrinkMask, smoothMask } from "./morphology";
import { emptyRuns, subtract } from "./runs";
import type { Neighbourhood } from "./parts";

const neighbourhood = fc.constantFrom<Neighbourhood>(4, 8);

function around(x: number, y: number, neighbours: Neighbourhood): [number, number][] {
  const straight: [number, number][] = [[x, y], [x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]];
  const corners: [number, number][] = [[x - 1, y - 1], [x + 1, y - 1], [x - 1, y + 1], [x + 1, y + 1]];
  return neighbours === 4 ? straight : [...straight, ...corners];
}

describe("growing and shrinking", () => {
  it("goes through edges with 4 neighbours, and through corners with 8", () => {
    const dot = drawn(".....", ".....", "..#..", ".....", ".....");
    expect(linesOf(growMask(dot))).toEqual([".....", "..#..", ".###.", "..#..", "....."]);
    expect(linesOf(growMask(dot, 8))).toEqual([".....", ".###.", ".###.", ".###.", "....."]);
    expect(linesOf(shrinkMask(growMask(dot, 8)))).toEqual([".....", ".....", "..#..", ".....", "....."]);
    expect(shrinkMask(dot)).toEqual(emptyBitmap(dot.image));
  });

  it("agrees with looking at every pixel; beyond the image there is neither object nor background", () => {
    fc.assert(
      fc.property(anyRuns, neighbourhood, (runs, neighbours) => {
        const rows = rowsOf(runs);
        const grown = byRule(runs.width, runs.height, (x, y) =>
          around(x, y, neighbours).some(([nx, ny]) => rows[ny]?.[nx] ?? false),
        );
        const shrunk = byRule(runs.width, runs.height, (x, y) =>
          around(x, y, neighbours).every(([nx, ny]) => rows[ny]?.[nx] ?? true),
        );
        expect(runsOf(growMask(bitmapOf(runs), neighbours))).toEqual(grown);
        expect(runsOf(shrinkMask(bitmapOf(runs), neighbours))).toEqual(shrunk);
      }),
    );
  });

  it("keeps between what it was: closing holds the mask, the mask holds opening", () => {
    fc.assert(
      fc.property(anyBitmap, neighbourhood, (bitmap, neighbours) => {
        const none = emptyRuns(bitmap.image);
        const mask = runsOf(bitmap);
        const closed = runsOf(shrinkMask(growMask(bitmap, neighbours), neighbours));
        const opened = runsOf(growMask(shrinkMask(bitmap, neighbours), neighbours));
        expect(subtract(mask, closed)).toEqual(none);
        expect(subtract(opened, mask)).toEqual(none);
        expect(subtract(mask, runsOf(growMask(bitmap, neighbours)))).toEqual(none);
        expect(subtract(runsOf(shrinkMask(bitmap, neighbours)), mask)).toEqual(none);
      }),
    );
  });
});

describe("smoothing", () => {
  it("takes a whisker away and closes a notch", () => {
    const rough = drawn("........", ".#####..", ".##.##..", ".######.", ".#####..", "........");
    expect(linesOf(smoothMask(rough, 1))).toEqual([
      "........",
      "..###...",
      ".#####..",
      ".#####..",
      "..####..",
      "........",
    ]);
    expect(smoothMask(rough, 0)).toBe(rough);
  });

  it("is the majority within the square, as far as it lies in the image", () => {
    fc.assert(
      fc.property(anyRuns, fc.integer({ min: 1, max: 4 }), (runs, radius) => {
        const rows = rowsOf(runs);
        const expected = byRule(runs.width, runs.height, (x, y) => {
          const square = rows.slice(Math.max(y - radius, 0), y + radius + 1)
            .flatMap((row) => row.slice(Math.max(x - radius, 0), x + radius + 1));
          const twice = 2 * square.filter(Boolean).length - square.length;
          return twice === 0 ? (rows[y]?.[x] ?? false) : twice > 0;
        });
        expect(runsOf(smoothMask(bitmapOf(runs), radius))).toEqual(expected);
      }),
    );
  });
});
