import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaOf, boxOf } from "../rle";
import { byRule, rowsOf } from "../testing/masks";
import { sweepColumns, sweeps, type Pixel } from "./capsule";
import { emptyRuns, intersect, subtract, union } from "./runs";
import { joined, StrokeSheet } from "./sheet";

const IMAGE = { width: 40, height: 30 };
const pixel: fc.Arbitrary<Pixel> = fc.record({ x: fc.integer({ min: -12, max: 52 }), y: fc.integer({ min: -12, max: 42 }) });
/** Half a pixel to some 12, in steps of a half, as sizes give them. */
const radius = fc.integer({ min: 1, max: 24 }).map((size) => size / 2);

function paint(path: readonly Pixel[], size: number, image = IMAGE): StrokeSheet {
  const sheet = new StrokeSheet(image);
  for (const [index, to] of path.entries()) sheet.sweep(path[index - 1] ?? to, to, size);
  return sheet;
}

describe("a swept disc", () => {
  it("covers what the rule says, pixel by pixel, clipped to the image", () => {
    fc.assert(
      fc.property(pixel, pixel, radius, (from, to, size) => {
        const sheet = paint([from, to], size);
        const expected = byRule(
          IMAGE.width,
          IMAGE.height,
          (x, y) => sweeps(from, to, size, x, y) || sweeps(from, from, size, x, y),
        );
        expect(rowsOf(sheet.toRuns())).toEqual(rowsOf(expected));
      }),
      { numRuns: 300 },
    );
  });

  it("is one pixel for a size of one, and a line without gaps for its stroke", () => {
    expect(areaOf(paint([{ x: 5, y: 6 }], 0.5).toRuns())).toBe(1);
    const line = rowsOf(paint([{ x: 2, y: 3 }, { x: 12, y: 7 }], 0.5).toRuns());
    const columns = Array.from({ length: 11 }, (_, x) => line.filter((row) => row[x + 2]).length);
    expect(columns.every((count) => count >= 1)).toBe(true);
  });

  it("has the area of a disc", () => {
    expect(areaOf(paint([{ x: 500, y: 400 }], 100, { width: 1000, height: 800 }).toRuns())).toBe(31417);
  });

  it("gives the same from either end", () => {
    fc.assert(
      fc.property(pixel, pixel, radius, (from, to, size) => {
        const columns = (a: Pixel, b: Pixel): number[][] => {
          const seen: number[][] = [];
          sweepColumns(a, b, size, IMAGE, (...column) => void seen.push(column));
          return seen;
        };
        expect(columns(from, to)).toEqual(columns(to, from));
      }),
    );
  });
});

describe("a stroke", () => {
  it("gives in pieces what it gives at once", () => {
    const way = fc.record({ from: pixel, step: fc.record({ x: fc.integer({ min: -6, max: 6 }), y: fc.integer({ min: -6, max: 6 }) }), count: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(way, radius, ({ from, step, count }, size) => {
        const stops = Array.from({ length: count + 1 }, (_, index) => ({
          x: from.x + index * step.x,
          y: from.y + index * step.y,
        }));
        const whole = paint([from, stops.at(-1) ?? from], size);
        expect(paint(stops, size).toRuns()).toEqual(whole.toRuns());
      }),
    );
  });

  it("is the union of its segments, and its box holds it", () => {
    fc.assert(
      fc.property(fc.array(pixel, { minLength: 1, maxLength: 6 }), radius, (path, size) => {
        const sheet = paint(path, size);
        const parts = path.map((to, index) => paint([path[index - 1] ?? to, to], size).toRuns());
        expect(sheet.toRuns()).toEqual(parts.reduce(union, emptyRuns(IMAGE)));
        const box = boxOf(sheet.toRuns());
        expect(joined(sheet.box, box)).toEqual(sheet.box);
      }),
    );
  });

  it("keeps inside or outside of other masks", () => {
    const half = byRule(IMAGE.width, IMAGE.height, (x) => x < 20);
    const low = byRule(IMAGE.width, IMAGE.height, (_, y) => y >= 15);
    fc.assert(
      fc.property(pixel, pixel, radius, (from, to, size) => {
        const free = new StrokeSheet(IMAGE);
        free.sweep(from, to, size);
        const bound = new StrokeSheet(IMAGE);
        bound.sweep(from, to, size, [{ runs: half, inside: true }, { runs: low, inside: false }]);
        expect(bound.toRuns()).toEqual(subtract(intersect(free.toRuns(), half), low));
      }),
    );
  });

  it("tells the stretches of a column between two rows", () => {
    const sheet = paint([{ x: 60, y: 70 }, { x: 200, y: 130 }], 20, { width: 300, height: 200 });
    for (const x of [30, 63, 64, 120, 219, 250]) {
      const seen: number[] = [];
      sheet.forEachStretch(x, 66, 129, (top, bottom) => {
        for (let y = top; y < bottom; y += 1) seen.push(y);
      });
      const rows = Array.from({ length: 63 }, (_, index) => 66 + index);
      expect([x, seen.sort((a, b) => a - b)]).toEqual([x, rows.filter((y) => sheet.has(x, y))]);
    }
  });

  it("says which box has changed; nothing outside of the image does", () => {
    const sheet = new StrokeSheet(IMAGE);
    expect(sheet.sweep({ x: -50, y: -50 }, { x: -20, y: -20 }, 4)).toBeNull();
    expect(sheet.sweep({ x: 38, y: 10 }, { x: 39, y: 10 }, 2)).toEqual({ x: 36, y: 8, width: 4, height: 5 });
    expect(sheet.box).toEqual({ x: 36, y: 8, width: 4, height: 5 });
  });
});
