/**
 * Parts and holes. Parts hang together through the edges of pixels (4 neighbours); two pixels that touch at a corner
 * only are two parts. Holes are background that the 8-neighbourhood cannot leave: a way out through a corner is a way
 * out, which is the one choice that fits parts of 4 neighbours.
 */
import { trimmed, type Bitmap } from "./bitmap";

export type Neighbourhood = 4 | 8;

/** The bitmap's cells numbered by part, from 1 on; 0 where `value` is not. `sizes[i]` is the size of part i. */
interface Numbered {
  readonly numbers: Int32Array;
  readonly sizes: number[];
  /** Parts that touch the box's border. */
  readonly outer: Set<number>;
}

class Flood {
  readonly numbers: Int32Array;
  private readonly stack: number[] = [];

  constructor(
    private readonly bits: Uint8Array,
    private readonly width: number,
    private readonly height: number,
    private readonly value: 0 | 1,
    private readonly neighbours: Neighbourhood,
  ) {
    this.numbers = new Int32Array(bits.length);
  }

  run(): Numbered {
    const sizes = [0];
    const outer = new Set<number>();
    for (let index = 0; index < this.bits.length; index += 1) {
      if (this.bits[index] !== this.value || this.numbers[index] !== 0) continue;
      const number = sizes.length;
      sizes.push(this.fill(index, number, outer));
    }
    return { numbers: this.numbers, sizes, outer };
  }

  private fill(start: number, number: number, outer: Set<number>): number {
    const { width, height, stack } = this;
    let size = 0;
    this.visit(start % width, Math.floor(start / width), number);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      size += 1;
      const x = at % width;
      const y = (at - x) / width;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) outer.add(number);
      this.visit(x - 1, y, number);
      this.visit(x + 1, y, number);
      this.visit(x, y - 1, number);
      this.visit(x, y + 1, number);
      if (this.neighbours === 4) continue;
      this.visit(x - 1, y - 1, number);
      this.visit(x + 1, y - 1, number);
      this.visit(x - 1, y + 1, number);
      this.visit(x + 1, y + 1, number);
    }
    return size;
  }

  private visit(x: number, y: number, number: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = y * this.width + x;
    if (this.bits[at] !== this.value || this.numbers[at] !== 0) return;
    this.numbers[at] = number;
    this.stack.push(at);
  }
}

function numbered({ bits, box }: Bitmap, value: 0 | 1): Numbered {
  return new Flood(bits, box.width, box.height, value, value === 1 ? 4 : 8).run();
}

/** The mask with each cell decided anew by its number. */
function rebuilt(bitmap: Bitmap, { numbers }: Numbered, bitFor: (number: number, old: number) => boolean): Bitmap {
  const bits = bitmap.bits.map((old, index) => (bitFor(numbers[index] ?? 0, old) ? 1 : 0));
  return { ...bitmap, bits };
}

/**
 * Fills the holes of at most `most` pixels. Background that reaches the box's border is no hole, since the box is
 * tight or has only background beyond; the image's border closes nothing either.
 */
export function fillHoles(bitmap: Bitmap, most = Infinity): Bitmap {
  const found = numbered(bitmap, 0);
  const isHole = (number: number): boolean => !found.outer.has(number) && (found.sizes[number] ?? 0) <= most;
  return rebuilt(bitmap, found, (number, old) => old === 1 || isHole(number));
}

/** Removes the parts of fewer than `least` pixels. */
export function removeSmallParts(bitmap: Bitmap, least: number): Bitmap {
  const found = numbered(bitmap, 1);
  return trimmed(rebuilt(bitmap, found, (number) => number !== 0 && (found.sizes[number] ?? 0) >= least));
}

/** Only the largest part stays; of two equal ones the one found first, row by row. */
export function keepLargest(bitmap: Bitmap): Bitmap {
  const found = numbered(bitmap, 1);
  if (found.sizes.length < 2) return bitmap;
  const largest = found.sizes.reduce((best, size, number) => (size > (found.sizes[best] ?? 0) ? number : best), 1);
  return trimmed(rebuilt(bitmap, found, (number) => number === largest));
}

/** One bitmap for each part, in its own box, the largest first. */
export function splitParts(bitmap: Bitmap): readonly Bitmap[] {
  const { box, image } = bitmap;
  const { numbers, sizes } = numbered(bitmap, 1);
  const edges = sizes.map(() => ({ left: box.width, right: -1, top: box.height, bottom: -1 }));
  numbers.forEach((number, index) => {
    const edge = edges[number];
    if (number === 0 || edge === undefined) return;
    const x = index % box.width;
    const y = (index - x) / box.width;
    edge.left = Math.min(edge.left, x);
    edge.right = Math.max(edge.right, x);
    edge.top = Math.min(edge.top, y);
    edge.bottom = Math.max(edge.bottom, y);
  });
  const parts = edges.slice(1).map(({ left, right, top, bottom }, index) => {
    const width = right - left + 1;
    const bits = new Uint8Array(width * (bottom - top + 1));
    for (let y = top; y <= bottom; y += 1) {
      for (let x = left; x <= right; x += 1) {
        if (numbers[y * box.width + x] === index + 1) bits[(y - top) * width + x - left] = 1;
      }
    }
    return { image, box: { x: box.x + left, y: box.y + top, width, height: bottom - top + 1 }, bits };
  });
  return parts.map((part, index) => ({ part, size: sizes[index + 1] ?? 0 }))
    .sort((a, b) => b.size - a.size)
    .map(({ part }) => part);
}
