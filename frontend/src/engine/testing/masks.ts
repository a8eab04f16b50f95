/** Masks for tests: drawn as lines of text, or random, with a pixel by pixel way to look at them. */
import fc from "fast-check";
import { decodeBox, decodeRuns, encodeMask, type Runs } from "../rle";
import { bitmapOf, runsOf, type Bitmap } from "../masks/bitmap";

/** "#" is the object; all lines are of one length, which is the image's width. */
export function drawn(...lines: readonly string[]): Bitmap {
  return bitmapOf(runsFrom(lines.map((line) => [...line].map((sign) => sign === "#"))));
}

export function runsFrom(rows: readonly (readonly boolean[])[]): Runs {
  const width = rows[0]?.length ?? 0;
  const pixels = Uint8Array.from(rows.flat(), (set) => (set ? 1 : 0));
  return decodeRuns(encodeMask(pixels, rows.length, width));
}

export function rowsOf(runs: Runs): boolean[][] {
  const { width, height } = runs;
  const cells = decodeBox(runs, { x: 0, y: 0, width, height });
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => cells[y * width + x] === 1));
}

export function linesOf(bitmap: Bitmap): string[] {
  return rowsOf(runsOf(bitmap)).map((row) => row.map((set) => (set ? "#" : ".")).join(""));
}

/** What a rule says about each pixel of an image, as runs. */
export function byRule(width: number, height: number, rule: (x: number, y: number) => boolean): Runs {
  return runsFrom(Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => rule(x, y))));
}

const size = fc.record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) });

function runsOfSize({ width, height }: { width: number; height: number }): fc.Arbitrary<Runs> {
  const row = fc.array(fc.boolean(), { minLength: width, maxLength: width });
  return fc.array(row, { minLength: height, maxLength: height }).map(runsFrom);
}

export const anyRuns = size.chain(runsOfSize);
export const twoRuns = size.chain((one) => fc.tuple(runsOfSize(one), runsOfSize(one)));
export const threeRuns = size.chain((one) => fc.tuple(runsOfSize(one), runsOfSize(one), runsOfSize(one)));
export const anyBitmap = anyRuns.map(bitmapOf);
