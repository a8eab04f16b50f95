import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaOf, boxOf, decodeBox, decodeRuns, encodeCounts, encodeMask, isSet, RleError } from "./rle";
import golden from "./testing/rle.golden.json";

/** Made by pycocotools, see the fields of rle.golden.json; the checksum runs over the object's pixels row by row. */
function checksum(counts: { size: number[]; counts: string }): number {
  const runs = decodeRuns(counts);
  const box = boxOf(runs);
  if (box === null) return 0;
  const cells = decodeBox(runs, box);
  let sum = 0;
  let rank = 0;
  for (const [index, cell] of cells.entries()) {
    if (cell === 0) continue;
    const x = box.x + (index % box.width);
    const y = box.y + Math.floor(index / box.width);
    sum += (y * 31 + x * 17 + 1) * ((rank % 97) + 1);
    rank += 1;
  }
  return sum % 2147483647;
}

const mask = fc
  .record({ height: fc.integer({ min: 1, max: 24 }), width: fc.integer({ min: 1, max: 24 }) })
  .chain(({ height, width }) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: height * width, maxLength: height * width })
      .map((bits) => ({ height, width, pixels: Uint8Array.from(bits) })),
  );

describe("against pycocotools", () => {
  it("has a golden file of many masks", () => {
    expect(golden).toHaveLength(54);
  });

  it.each(golden)("$name", ({ size, counts, area, bbox, checksum: expected }) => {
    const runs = decodeRuns({ size, counts });
    const box = boxOf(runs);
    expect(areaOf(runs)).toBe(area);
    expect(box === null ? null : [box.x, box.y, box.width, box.height]).toEqual(bbox);
    expect(checksum({ size, counts })).toBe(expected);
    const lengths = Array.from(runs.ends, (end, index) => end - (runs.ends[index - 1] ?? 0));
    expect(encodeCounts(lengths, runs.height, runs.width)).toEqual({ size, counts });
  });

  it.each(golden.filter(({ size }) => (size[0] ?? 0) * (size[1] ?? 0) < 400_000))("$name from pixels", (one) => {
    const runs = decodeRuns(one);
    const pixels = decodeBox(runs, { x: 0, y: 0, width: runs.width, height: runs.height });
    expect(encodeMask(pixels, runs.height, runs.width)).toEqual({ size: one.size, counts: one.counts });
  });
});

describe("any mask", () => {
  it("comes back from its string pixel by pixel", () => {
    fc.assert(
      fc.property(mask, ({ height, width, pixels }) => {
        const runs = decodeRuns(encodeMask(pixels, height, width));
        expect(decodeBox(runs, { x: 0, y: 0, width, height })).toEqual(pixels);
        expect(areaOf(runs)).toBe(pixels.reduce((sum, bit) => sum + bit, 0));
        for (let y = 0; y < height; y += 1) {
          for (let x = 0; x < width; x += 1) expect(isSet(runs, x, y)).toBe(pixels[y * width + x] === 1);
        }
      }),
    );
  });

  it("has a tight box that holds all of it", () => {
    fc.assert(
      fc.property(mask, ({ height, width, pixels }) => {
        const runs = decodeRuns(encodeMask(pixels, height, width));
        const box = boxOf(runs);
        if (box === null) {
          expect(areaOf(runs)).toBe(0);
          return;
        }
        const cells = decodeBox(runs, box);
        expect(cells.reduce((sum, bit) => sum + bit, 0)).toBe(areaOf(runs));
        const at = (x: number, y: number): number => cells[y * box.width + x] ?? 0;
        const columns = Array.from({ length: box.width }, (_, x) => x);
        const rows = Array.from({ length: box.height }, (_, y) => y);
        expect(columns.some((x) => at(x, 0) === 1)).toBe(true);
        expect(columns.some((x) => at(x, box.height - 1) === 1)).toBe(true);
        expect(rows.some((y) => at(0, y) === 1)).toBe(true);
        expect(rows.some((y) => at(box.width - 1, y) === 1)).toBe(true);
      }),
    );
  });

  it("sets a coarse cell exactly when one of its pixels is set", () => {
    fc.assert(
      fc.property(mask, fc.constantFrom(2, 4, 8), ({ height, width, pixels }, stride) => {
        const runs = decodeRuns(encodeMask(pixels, height, width));
        const across = Math.ceil(width / stride);
        const expected = new Uint8Array(across * Math.ceil(height / stride));
        for (const [index, bit] of pixels.entries()) {
          const column = Math.floor((index % width) / stride);
          const row = Math.floor(Math.floor(index / width) / stride);
          if (bit === 1) expected[row * across + column] = 1;
        }
        expect(decodeBox(runs, { x: 0, y: 0, width, height }, stride)).toEqual(expected);
      }),
    );
  });

  it("decodes only what lies in the box asked for", () => {
    const pixels = Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const runs = decodeRuns(encodeMask(pixels, 3, 3));
    expect(decodeBox(runs, { x: 1, y: 0, width: 1, height: 2 })).toEqual(Uint8Array.from([1, 1]));
  });
});

describe("isSet", () => {
  it("is false outside the image on every side", () => {
    const runs = decodeRuns(encodeMask(Uint8Array.from([1, 1, 1, 1]), 2, 2));
    for (const [x, y] of [
      [-1, 0],
      [0, -1],
      [2, 0],
      [0, 2],
    ] as const) {
      expect(isSet(runs, x, y)).toBe(false);
    }
  });
});

describe("what cannot be read", () => {
  const read = (counts: string, size: number[] = [2, 2]): (() => unknown) => {
    return () => decodeRuns({ size, counts });
  };

  it.each([
    ["no runs at all", "", [2, 2], "cover 0 of 4"],
    ["too few pixels", "3", [2, 2], "cover 3 of 4"],
    ["too many pixels", "5", [2, 2], "Run 0"],
    ["a negative run", "n3", [2, 2], "Run 0"],
    ["a character below zero", "4\u002f", [2, 2], "character that is not theirs at 1"],
    ["a character beyond the last", "4\u0070", [2, 2], "character that is not theirs at 1"],
    ["an end in the middle of a number", "T", [2, 2], "in the middle"],
    ["no size", "4", [], "two positive integers"],
    ["three sides", "4", [2, 2, 1], "two positive integers"],
    ["a side of zero", "0", [0, 4], "two positive integers"],
    ["a fraction of a pixel", "4", [2.5, 2], "two positive integers"],
    ["a size beyond what counts can hold", "4", [65536, 65536], "two positive integers"],
  ])("%s", (_, counts, size, message) => {
    expect(read(counts, size)).toThrow(RleError);
    expect(read(counts, size)).toThrow(message);
  });

  it("never ends in anything but runs that fill the image or an RleError", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (counts) => {
        try {
          expect(decodeRuns({ size: [3, 4], counts }).ends.at(-1)).toBe(12);
        } catch (error) {
          expect(error).toBeInstanceOf(RleError);
        }
      }),
    );
  });
});
