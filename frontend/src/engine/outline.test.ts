import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { traceOutline, type Outline } from "./outline";

/** Pixels from rows of text, "#" being the object. */
function pixelsOf(...rows: string[]): {
  pixels: Uint8Array;
  box: { x: number; y: number; width: number; height: number };
} {
  const width = rows[0]?.length ?? 0;
  const pixels = Uint8Array.from(rows.join("").split(""), (sign) => (sign === "#" ? 1 : 0));
  return { pixels, box: { x: 0, y: 0, width, height: rows.length } };
}

function loopsOf({ points, starts }: Outline): number[][][] {
  return Array.from({ length: starts.length - 1 }, (_, loop) => {
    const corners: number[][] = [];
    for (let at = starts[loop] ?? 0; at < (starts[loop + 1] ?? 0); at += 2) {
      corners.push([points[at] ?? 0, points[at + 1] ?? 0]);
    }
    return corners;
  });
}

/** Twice the signed area; the object on the right hand (y down) makes outer loops positive and holes negative. */
function doubleArea(loop: number[][]): number {
  return loop.reduce((sum, [x = 0, y = 0], index) => {
    const [nextX = 0, nextY = 0] = loop[(index + 1) % loop.length] ?? [];
    return sum + x * nextY - nextX * y;
  }, 0);
}

describe("traceOutline", () => {
  it("walks round a single pixel", () => {
    const { pixels, box } = pixelsOf("...", ".#.", "...");
    expect(loopsOf(traceOutline(pixels, box))).toEqual([
      [
        [2, 1],
        [2, 2],
        [1, 2],
        [1, 1],
      ],
    ]);
  });

  it("keeps corners only, in image coordinates", () => {
    const { pixels } = pixelsOf("###", "###");
    const outline = traceOutline(pixels, { x: 100, y: 50, width: 3, height: 2 });
    expect(loopsOf(outline)).toEqual([
      [
        [103, 50],
        [103, 52],
        [100, 52],
        [100, 50],
      ],
    ]);
  });

  it("walks round a hole the other way", () => {
    const { pixels, box } = pixelsOf("###", "#.#", "###");
    const areas = loopsOf(traceOutline(pixels, box)).map(doubleArea);
    expect(areas).toEqual([18, -2]);
  });

  it("keeps pixels apart that touch at a corner only", () => {
    const { pixels, box } = pixelsOf("#.", ".#");
    expect(loopsOf(traceOutline(pixels, box)).map(doubleArea)).toEqual([2, 2]);
  });

  it("has no loop for an empty mask", () => {
    const { pixels, box } = pixelsOf("..", "..");
    expect(loopsOf(traceOutline(pixels, box))).toEqual([]);
  });

  it("scales coarse cells and stays within the box", () => {
    const outline = traceOutline(Uint8Array.from([1, 1]), { x: 10, y: 20, width: 7, height: 3 }, 4);
    expect(loopsOf(outline)).toEqual([
      [
        [17, 20],
        [17, 23],
        [10, 23],
        [10, 20],
      ],
    ]);
  });

  it("encloses exactly the object's pixels and walks along every edge once", () => {
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 42, maxLength: 42 });
    fc.assert(
      fc.property(bits, (cells) => {
        const at = (x: number, y: number): number => (x < 0 || x > 6 || y < 0 || y > 5 ? 0 : (cells[y * 7 + x] ?? 0));
        let edges = 0;
        for (let y = 0; y <= 6; y += 1) {
          for (let x = 0; x <= 7; x += 1) {
            edges += Number(at(x, y) !== at(x - 1, y)) + Number(at(x, y) !== at(x, y - 1));
          }
        }
        const loops = loopsOf(traceOutline(Uint8Array.from(cells), { x: 0, y: 0, width: 7, height: 6 }));
        const area = loops.reduce((sum, loop) => sum + doubleArea(loop), 0) / 2;
        expect(area).toBe(cells.reduce((sum, bit) => sum + bit, 0));
        const length = loops.flatMap((loop) =>
          loop.map(([x = 0, y = 0], index) => {
            const [nextX = 0, nextY = 0] = loop[(index + 1) % loop.length] ?? [];
            return Math.abs(nextX - x) + Math.abs(nextY - y);
          }),
        );
        expect(length.reduce((sum, step) => sum + step, 0)).toBe(edges);
      }),
    );
  });
});
