import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyBitmap, anyRuns, drawn, linesOf, rowsOf } from "../testing/masks";
import { bitAt, bitmapOf, bitmapOfRle, emptyBitmap, padded, pixelsOf, rleOf, runsOf, trimmed } from "./bitmap";
import { encodeRuns } from "./runs";

describe("a bitmap", () => {
  it("is no larger than the object's own box", () => {
    const bitmap = drawn("......", "..#...", "..##..", "......");
    expect(bitmap).toEqual({
      image: { width: 6, height: 4 },
      box: { x: 2, y: 1, width: 2, height: 2 },
      bits: Uint8Array.of(1, 0, 1, 1),
    });
    expect([bitAt(bitmap, 2, 1), bitAt(bitmap, 3, 1), bitAt(bitmap, 0, 0), bitAt(bitmap, 4, 2)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(pixelsOf(bitmap)).toBe(3);
  });

  it("goes to run lengths and back, both ways exactly", () => {
    fc.assert(
      fc.property(anyRuns, (runs) => {
        const bitmap = bitmapOf(runs);
        expect(runsOf(bitmap)).toEqual(runs);
        expect(rleOf(bitmap)).toEqual(encodeRuns(runs));
        expect(bitmapOfRle(rleOf(bitmap))).toEqual(bitmap);
      }),
    );
  });

  it("is the same mask with a margin, which ends at the image's border, and without", () => {
    fc.assert(
      fc.property(anyBitmap, fc.nat(4), (bitmap, margin) => {
        const wide = padded(bitmap, margin);
        expect(rowsOf(runsOf(wide))).toEqual(rowsOf(runsOf(bitmap)));
        expect(trimmed(wide)).toEqual(bitmap);
      }),
    );
    expect(padded(drawn("#..", "..."), 1).box).toEqual({ x: 0, y: 0, width: 2, height: 2 });
  });

  it("may be empty", () => {
    const empty = emptyBitmap({ width: 3, height: 2 });
    expect([padded(empty, 2), trimmed(empty), linesOf(empty)]).toEqual([empty, empty, ["...", "..."]]);
    expect(trimmed({ ...drawn("#"), bits: Uint8Array.of(0) })).toEqual(emptyBitmap({ width: 1, height: 1 }));
  });
});
