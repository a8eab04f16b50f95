/**
 * COCO's compressed run lengths: counts of alternating background and object pixels, column by column, starting with
 * background. Each count from the fourth on is written as its difference to the count two before, in groups of five
 * bits, least first, one character (from "0" on) a group; the sixth bit says that another group follows.
 */
import type { Box } from "./geometry";
import type { Rle } from "./types";

/** The run lengths cannot be read; the message says where. */
export class RleError extends Error {
  override readonly name = "RleError";
}

/** A decoded mask, still as runs: `ends[i]` is one past the last pixel of run i; odd runs are the object. */
export interface Runs {
  readonly height: number;
  readonly width: number;
  readonly ends: Uint32Array;
}

const FIRST_CHARACTER = 48;
const GROUP = 32;

function sizeOf(rle: Rle): { height: number; width: number } {
  const [height, width] = rle.size;
  const valid = (side: number | undefined): side is number => side !== undefined && Number.isInteger(side) && side > 0;
  if (rle.size.length !== 2 || !valid(height) || !valid(width) || height * width >= 2 ** 31) {
    throw new RleError(`The mask's size must be two positive integers, not [${rle.size.join(", ")}].`);
  }
  return { height, width };
}

/** The signed numbers of the string, before the differences are undone. */
function readNumbers(counts: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let weight = 1;
  for (let index = 0; index < counts.length; index += 1) {
    const group = counts.charCodeAt(index) - FIRST_CHARACTER;
    if (group < 0 || group >= 2 * GROUP) {
      throw new RleError(`The mask's run lengths hold a character that is not theirs at ${index}.`);
    }
    value += (group & 31) * weight;
    weight *= GROUP;
    if ((group & 32) !== 0) continue;
    numbers.push((group & 16) === 0 ? value : value - weight);
    value = 0;
    weight = 1;
  }
  if (weight !== 1) throw new RleError("The mask's run lengths end in the middle of a number.");
  return numbers;
}

/** Reads a mask; throws RleError unless the runs are whole and fill the image exactly. */
export function decodeRuns(rle: Rle): Runs {
  const { height, width } = sizeOf(rle);
  const counts = readNumbers(rle.counts);
  const ends = new Uint32Array(counts.length);
  let end = 0;
  for (let index = 0; index < counts.length; index += 1) {
    let count = counts[index] ?? 0;
    if (index > 2) count += counts[index - 2] ?? 0;
    counts[index] = count;
    end += count;
    if (count < 0 || end > height * width) {
      throw new RleError(`Run ${index} of the mask does not fit its size of ${height} x ${width}.`);
    }
    ends[index] = end;
  }
  if (end !== height * width) {
    throw new RleError(`The mask's runs cover ${end} of ${height * width} pixels.`);
  }
  return { height, width, ends };
}

function writeNumber(value: number): string {
  let rest = value;
  let text = "";
  for (;;) {
    const group = rest & 31;
    rest >>= 5;
    const last = (group & 16) === 0 ? rest === 0 : rest === -1;
    text += String.fromCharCode(FIRST_CHARACTER + (last ? group : group | 32));
    if (last) return text;
  }
}

/** Writes run lengths (background first, column by column) of a mask of `height` x `width`. */
export function encodeCounts(counts: ArrayLike<number>, height: number, width: number): Rle {
  let text = "";
  for (let index = 0; index < counts.length; index += 1) {
    const before = index > 2 ? (counts[index - 2] ?? 0) : 0;
    text += writeNumber((counts[index] ?? 0) - before);
  }
  return { size: [height, width], counts: text };
}

/** Encodes a mask given row by row: (height * width) bytes, anything but 0 is the object. */
export function encodeMask(pixels: Uint8Array, height: number, width: number): Rle {
  const counts: number[] = [];
  let inside = false;
  let run = 0;
  for (let x = 0; x < width; x += 1) {
    for (let y = 0; y < height; y += 1) {
      if ((pixels[y * width + x] !== 0) !== inside) {
        counts.push(run);
        run = 0;
        inside = !inside;
      }
      run += 1;
    }
  }
  counts.push(run);
  return encodeCounts(counts, height, width);
}

/** True when pixel (x, y) is the object's; false outside the image. */
export function isSet(runs: Runs, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= runs.width || y >= runs.height) return false;
  const position = x * runs.height + y;
  let low = 0;
  let high = runs.ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs.ends[middle] ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return (low & 1) === 1;
}

/** Calls back for each stretch of object pixels within one column: x, first y, one past the last y. */
export function forEachStretch(runs: Runs, callback: (x: number, top: number, bottom: number) => void): void {
  const { ends, height } = runs;
  for (let index = 1; index < ends.length; index += 2) {
    let start = ends[index - 1] ?? 0;
    const end = ends[index] ?? 0;
    while (start < end) {
      const x = Math.floor(start / height);
      const stop = Math.min(end, (x + 1) * height);
      callback(x, start - x * height, stop - x * height);
      start = stop;
    }
  }
}

/** Object pixels. */
export function areaOf(runs: Runs): number {
  let area = 0;
  for (let index = 1; index < runs.ends.length; index += 2) {
    area += (runs.ends[index] ?? 0) - (runs.ends[index - 1] ?? 0);
  }
  return area;
}

/** The tight box around the object in whole pixels; null when the mask is empty. */
export function boxOf(runs: Runs): Box | null {
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  forEachStretch(runs, (x, from, to) => {
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, from);
    bottom = Math.max(bottom, to);
  });
  if (right < left) return null;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * The pixels of `box`, never of the whole image: one byte for each cell of `stride` x `stride` pixels, row by row,
 * ceil(box.height / stride) * ceil(box.width / stride) bytes; 1 where any pixel of the cell is the object's, so that
 * a line one pixel wide does not vanish at a small scale.
 */
export function decodeBox(runs: Runs, box: Box, stride = 1): Uint8Array {
  const cellsAcross = Math.ceil(box.width / stride);
  const cells = new Uint8Array(cellsAcross * Math.ceil(box.height / stride));
  forEachStretch(runs, (x, from, to) => {
    if (x < box.x || x >= box.x + box.width || to <= box.y || from >= box.y + box.height) return;
    const column = Math.floor((x - box.x) / stride);
    const first = Math.floor((Math.max(from, box.y) - box.y) / stride);
    const last = Math.ceil((Math.min(to, box.y + box.height) - box.y) / stride);
    for (let row = first; row < last; row += 1) cells[row * cellsAcross + column] = 1;
  });
  return cells;
}
