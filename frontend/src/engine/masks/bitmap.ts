/**
 * A mask as bytes of its own box, for what needs neighbours: growing, holes, parts, outlines. `bits` is row by row,
 * one byte a pixel, 0 or 1; the box lies within the image, and nothing outside of it belongs to the object.
 */
import type { Box, Size } from "../geometry";
import { boxOf, decodeBox, decodeRuns, type Runs } from "../rle";
import type { Rle } from "../types";
import { encodeRuns, RunWriter } from "./runs";

export interface Bitmap {
  readonly image: Size;
  /** Whole pixels. */
  readonly box: Box;
  readonly bits: Uint8Array;
}

const NOWHERE: Box = { x: 0, y: 0, width: 0, height: 0 };

export function emptyBitmap(image: Size): Bitmap {
  return { image: { width: image.width, height: image.height }, box: NOWHERE, bits: new Uint8Array(0) };
}

export function bitmapOf(runs: Runs): Bitmap {
  const box = boxOf(runs);
  if (box === null) return emptyBitmap(runs);
  return { image: { width: runs.width, height: runs.height }, box, bits: decodeBox(runs, box) };
}

/** Throws RleError when the mask cannot be read. */
export function bitmapOfRle(rle: Rle): Bitmap {
  return bitmapOf(decodeRuns(rle));
}

export function runsOf({ image, box, bits }: Bitmap): Runs {
  const writer = new RunWriter();
  for (let x = 0; x < box.width; x += 1) {
    const column = (box.x + x) * image.height + box.y;
    let start = -1;
    for (let y = 0, at = x; y < box.height; y += 1, at += box.width) {
      if (bits[at] !== 0) {
        if (start < 0) start = y;
      } else if (start >= 0) {
        writer.add(column + start, column + y);
        start = -1;
      }
    }
    if (start >= 0) writer.add(column + start, column + box.height);
  }
  return writer.finish(image);
}

export function rleOf(bitmap: Bitmap): Rle {
  return encodeRuns(runsOf(bitmap));
}

export function bitAt({ box, bits }: Bitmap, x: number, y: number): boolean {
  if (x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height) return false;
  return bits[(y - box.y) * box.width + x - box.x] !== 0;
}

export function pixelsOf({ bits }: Bitmap): number {
  let count = 0;
  for (const bit of bits) count += bit;
  return count;
}

/** The same mask with `margin` empty pixels more on each side, as far as the image reaches; the bits are a copy. */
export function padded({ image, box, bits }: Bitmap, margin: number): Bitmap {
  if (bits.length === 0) return emptyBitmap(image);
  const x = Math.max(0, box.x - margin);
  const y = Math.max(0, box.y - margin);
  const width = Math.min(image.width, box.x + box.width + margin) - x;
  const height = Math.min(image.height, box.y + box.height + margin) - y;
  const wider = new Uint8Array(width * height);
  for (let row = 0; row < box.height; row += 1) {
    const from = row * box.width;
    wider.set(bits.subarray(from, from + box.width), (row + box.y - y) * width + box.x - x);
  }
  return { image, box: { x, y, width, height }, bits: wider };
}

/** The same mask in its tight box. */
export function trimmed(bitmap: Bitmap): Bitmap {
  const { image, box, bits } = bitmap;
  let left = box.width;
  let right = -1;
  let top = box.height;
  let bottom = -1;
  for (let y = 0; y < box.height; y += 1) {
    const row = bits.subarray(y * box.width, (y + 1) * box.width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(right, row.lastIndexOf(1));
    top = Math.min(top, y);
    bottom = y;
  }
  if (bottom < 0) return emptyBitmap(image);
  const width = right - left + 1;
  const height = bottom - top + 1;
  if (width === box.width && height === box.height) return bitmap;
  const tight = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const from = (y + top) * box.width + left;
    tight.set(bits.subarray(from, from + width), y * width);
  }
  return { image, box: { x: box.x + left, y: box.y + top, width, height }, bits: tight };
}
