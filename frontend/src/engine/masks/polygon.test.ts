import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imagePoint } from "../geometry";
import { areaOf } from "../rle";
import { anyBitmap, byRule, drawn, linesOf, rowsOf } from "../testing/masks";
import type { ImagePoint } from "../types";
import { bitmapOf, runsOf } from "./bitmap";
import { crossing, fillPolygon, forEachEdge, type Ring } from "./polygon";
import { intersect, union } from "./runs";
import { simplified, traceRings } from "./vertices";

const IMAGE = { width: 16, height: 12 };

function ring(...points: readonly (readonly [number, number])[]): Ring {
  return points.map(([x, y]) => imagePoint(x, y));
}

/** The rule for one pixel: an odd number of edges lies above its centre, or through it. */
function isInside(rings: readonly Ring[], x: number, y: number): boolean {
  let odd = false;
  const look = (a: ImagePoint, b: ImagePoint): void => {
    const spans = Math.min(a.x, b.x) <= x && x < Math.max(a.x, b.x);
    if (spans && crossing(a, b, x) <= y) odd = !odd;
  };
  for (const one of rings) forEachEdge(one, look);
  return odd;
}

const coordinate = fc.integer({ min: -8, max: 40 }).map((quarter) => quarter / 2);
const anyRing = fc
  .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 8 })
  .map((points) => ring(...points));

describe("fillPolygon", () => {
  it("agrees with the rule at every pixel, also for rings that cross themselves and each other", () => {
    fc.assert(
      fc.property(fc.array(anyRing, { minLength: 1, maxLength: 3 }), (rings) => {
        const expected = byRule(IMAGE.width, IMAGE.height, (x, y) => isInside(rings, x, y));
        expect(rowsOf(fillPolygon(rings, IMAGE))).toEqual(rowsOf(expected));
      }),
      { numRuns: 300 },
    );
  });

  it("takes the pixels whose centres are inside; a centre on an edge belongs to the side below and to the right", () => {
    const square = ring([1, 1], [4, 1], [4, 3], [1, 3]);
    expect(linesOf(bitmapOf(fillPolygon([square], { width: 6, height: 5 })))).toEqual([
      "......",
      ".###..",
      ".###..",
      "......",
      "......",
    ]);
  });

  it("makes a hole of a ring within a ring", () => {
    const outer = ring([0.5, 0.5], [6.5, 0.5], [6.5, 5.5], [0.5, 5.5]);
    const inner = ring([2.5, 2.5], [4.5, 2.5], [4.5, 3.5], [2.5, 3.5]);
    expect(linesOf(bitmapOf(fillPolygon([outer, inner], { width: 8, height: 7 })))).toEqual([
      "........",
      ".######.",
      ".######.",
      ".##..##.",
      ".######.",
      ".######.",
      "........",
    ]);
  });

  it("shares no pixel between polygons with a common edge and leaves none out", () => {
    fc.assert(
      fc.property(coordinate, coordinate, (top, bottom) => {
        const [a, b] = [imagePoint(top, -4), imagePoint(bottom, 20)];
        const left = fillPolygon([[imagePoint(-9, -4), a, b, imagePoint(-9, 20)]], IMAGE);
        const right = fillPolygon([[a, imagePoint(30, -4), imagePoint(30, 20), b]], IMAGE);
        expect(areaOf(intersect(left, right))).toBe(0);
        expect(areaOf(union(left, right))).toBe(IMAGE.width * IMAGE.height);
      }),
    );
  });

  it("is empty for rings without an inside", () => {
    expect(areaOf(fillPolygon([ring([2, 2], [9, 9]), ring([3, 3])], IMAGE))).toBe(0);
  });
});

describe("traceRings", () => {
  it("gives rings that fill to the same mask, holes and corners included", () => {
    fc.assert(
      fc.property(anyBitmap, (bitmap) => {
        expect(fillPolygon(traceRings(bitmap), bitmap.image)).toEqual(runsOf(bitmap));
      }),
      { numRuns: 300 },
    );
  });

  it("lies on the borders of pixels", () => {
    expect(traceRings(drawn("....", ".##.", "...."))).toEqual([ring([2.5, 0.5], [2.5, 1.5], [0.5, 1.5], [0.5, 0.5])]);
  });

  it("leaves out vertices that are nearer than the tolerance to the line without them", () => {
    const stairs = ring([0, 0], [10, 0], [10, 5], [10.4, 5], [10.4, 6], [10, 6], [10, 10], [0, 10]);
    expect(simplified(stairs, 1)).toEqual(ring([0, 0], [10, 0], [10, 10], [0, 10]));
    expect(simplified(stairs, 0)).toBe(stairs);
  });

  it("keeps every vertex it drops within the tolerance of what is left", () => {
    fc.assert(
      fc.property(anyBitmap, (bitmap) => {
        for (const [index, exact] of traceRings(bitmap).entries()) {
          const loose = traceRings(bitmap, 1.5)[index] ?? [];
          expect(loose.length).toBeGreaterThanOrEqual(3);
          for (const point of exact) {
            let nearest = Infinity;
            forEachEdge(loose, (a, b) => {
              const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
              const raw = length === 0 ? 0 : ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / length;
              const part = Math.min(Math.max(raw, 0), 1);
              nearest = Math.min(
                nearest,
                Math.hypot(point.x - a.x - part * (b.x - a.x), point.y - a.y - part * (b.y - a.y)),
              );
            });
            expect(nearest).toBeLessThanOrEqual(1.5);
          }
        }
      }),
    );
  });
});
