/** A part of a mask that is being painted, as cells to draw: the part decides the cost, not the mask. */
import type { Box } from "../geometry";
import type { Runs } from "../rle";
import { clipStretch } from "./runs";
import type { StrokeSheet } from "./sheet";

type Stretch = (top: number, bottom: number) => void;

class Cells {
  readonly bytes: Uint8Array;
  private readonly across: number;
  /** One column of pixels, for what a stroke takes off. */
  private readonly column: Uint8Array;

  constructor(
    private readonly part: Box,
    private readonly stride: number,
  ) {
    this.across = Math.ceil(part.width / stride);
    this.bytes = new Uint8Array(this.across * Math.ceil(part.height / stride));
    this.column = new Uint8Array(part.height);
  }

  /** Rows count from the part's first one. */
  mark(x: number, top: number, bottom: number): void {
    const { stride, across, bytes } = this;
    const column = Math.floor((x - this.part.x) / stride);
    const last = Math.ceil(bottom / stride);
    for (let row = Math.floor(top / stride); row < last; row += 1) bytes[row * across + column] = 1;
  }

  /** The stretches of `x` that `base` gives, without those that `taken` gives. */
  markWithout(x: number, base: (stretch: Stretch) => void, taken: (stretch: Stretch) => void): void {
    const { column } = this;
    column.fill(0);
    base((top, bottom) => column.fill(1, top, bottom));
    taken((top, bottom) => column.fill(0, top, bottom));
    for (let top = column.indexOf(1); top >= 0; ) {
      const gap = column.indexOf(0, top);
      const bottom = gap < 0 ? column.length : gap;
      this.mark(x, top, bottom);
      top = column.indexOf(1, bottom);
    }
  }
}

/**
 * The pixels of `part` (within the image) with the stroke put on or taken off: one byte for each cell of `stride` x
 * `stride` pixels, row by row; 1 where any pixel of the cell is the object's. `base` is null for a new object.
 */
export function strokeCells(base: Runs | null, sheet: StrokeSheet, erases: boolean, part: Box, stride: number): Uint8Array {
  const cells = new Cells(part, stride);
  const bottom = part.y + part.height;
  for (let x = part.x; x < part.x + part.width; x += 1) {
    const ofBase = (stretch: Stretch): void => {
      if (base === null) return;
      const row = x * base.height + part.y;
      clipStretch(base, true, row, row + part.height, (start, end) => stretch(start - row, end - row));
    };
    const ofStroke = (stretch: Stretch): void =>
      sheet.forEachStretch(x, part.y, bottom, (start, end) => stretch(start - part.y, end - part.y));
    const mark: Stretch = (start, end) => cells.mark(x, start, end);
    if (erases && sheet.reaches(x)) {
      cells.markWithout(x, ofBase, ofStroke);
    } else {
      ofBase(mark);
      if (!erases) ofStroke(mark);
    }
  }
  return cells.bytes;
}
