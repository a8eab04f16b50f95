import type { Rle } from "../../../engine";
import type { Box } from "../../../engine/geometry";
import { areaOf, boxOf, decodeBox, decodeRuns } from "../../../engine/rle";

/** How two masks differ, in cells of `stride` x `stride` pixels of `box`, row by row. */
export interface Difference {
  readonly box: Box;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
  readonly cells: Uint8Array;
  /** Image pixels that only the newer mask has, and only the older one. */
  readonly added: number;
  readonly removed: number;
}

export const BOTH = 1;
export const ADDED = 2;
export const REMOVED = 3;

/** More cells than a screen shows of an object. */
const MOST_CELLS = 4_000_000;

/** Null when there is nothing in either mask, or they are not of one size. */
export function differenceOf(older: Rle, newer: Rle): Difference | null {
  const [before, after] = [decodeRuns(older), decodeRuns(newer)];
  if (before.width !== after.width || before.height !== after.height) return null;
  const box = around(boxOf(before), boxOf(after));
  if (box === null) return null;
  const stride = Math.max(1, Math.ceil(Math.sqrt((box.width * box.height) / MOST_CELLS)));
  const [was, is] = [decodeBox(before, box, stride), decodeBox(after, box, stride)];
  const cells = is.map((now, index) => (now === 1 ? (was[index] === 1 ? BOTH : ADDED) : was[index] === 1 ? REMOVED : 0));
  const common = sharedArea(before.ends, after.ends);
  return {
    box,
    stride,
    width: Math.ceil(box.width / stride),
    height: Math.ceil(box.height / stride),
    cells,
    added: areaOf(after) - common,
    removed: areaOf(before) - common,
  };
}

/** Pixels that are in both masks, counted run by run. */
function sharedArea(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  let i = 1;
  let j = 1;
  while (i < a.length && j < b.length) {
    const start = Math.max(a[i - 1] ?? 0, b[j - 1] ?? 0);
    const [endA, endB] = [a[i] ?? 0, b[j] ?? 0];
    shared += Math.max(0, Math.min(endA, endB) - start);
    if (endA < endB) i += 2;
    else j += 2;
  }
  return shared;
}

function around(a: Box | null, b: Box | null): Box | null {
  if (a === null || b === null) return a ?? b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}

type Color = readonly [red: number, green: number, blue: number, alpha: number];

// Two hues that colour-blind people tell apart, and a hatch: what was taken away is striped.
const COLORS: Readonly<Record<number, Color>> = {
  [BOTH]: [255, 255, 255, 64],
  [ADDED]: [0, 114, 178, 215],
  [REMOVED]: [230, 120, 0, 235],
};
const GAP: Color = [230, 120, 0, 96];
const STRIPE = 6;

/** The difference as a picture: `(height, width)` cells of red, green, blue and alpha, row by row. */
export function tinted({ width, height, cells }: Difference): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index] ?? 0;
    const color = cell === REMOVED && isGap(index % width, Math.floor(index / width)) ? GAP : COLORS[cell];
    if (color !== undefined) pixels.set(color, index * 4);
  }
  return pixels;
}

function isGap(x: number, y: number): boolean {
  return (x + y) % STRIPE >= STRIPE / 2;
}
