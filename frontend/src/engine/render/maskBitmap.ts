/** One mask made ready to draw: a tinted bitmap of its own box, and its boundary as a path. */
import type { Box } from "../geometry";
import { traceOutline, type Outline } from "../outline";
import type { Canvas2D, Platform, Surface } from "../platform";
import { decodeBox } from "../rle";
import type { MaskShape } from "../shapes";
import { channelsOf } from "./view";

export interface MaskArt {
  /** In image pixels. */
  readonly box: Box;
  /** Image pixels per bitmap pixel, in each direction. */
  readonly stride: number;
  readonly color: string;
  readonly bitmap: Surface;
  /** In image corner coordinates. */
  readonly outline: Path2D;
  readonly bytes: number;
}

/** Writes cells into the upper left corner of a canvas, over whatever was there. */
export function paintCells(context: Canvas2D, cells: Uint8Array, width: number, height: number, color: string): void {
  const image = context.createImageData(width, height);
  const [red, green, blue] = channelsOf(color);
  for (let index = 0; index < cells.length; index += 1) {
    if (cells[index] === 0) continue;
    const at = index * 4;
    image.data[at] = red;
    image.data[at + 1] = green;
    image.data[at + 2] = blue;
    image.data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

export function pathOf(platform: Platform, { points, starts }: Outline): Path2D {
  const path = platform.createPath();
  for (let loop = 0; loop + 1 < starts.length; loop += 1) {
    const first = starts[loop] ?? 0;
    const end = starts[loop + 1] ?? 0;
    path.moveTo(points[first] ?? 0, points[first + 1] ?? 0);
    for (let index = first + 2; index < end; index += 2) path.lineTo(points[index] ?? 0, points[index + 1] ?? 0);
    path.closePath();
  }
  return path;
}

/** Decodes no more than the mask's box, and no finer than `stride`. */
export function drawMask(platform: Platform, shape: MaskShape, box: Box, stride: number, color: string): MaskArt {
  const cells = decodeBox(shape.runs, box, stride);
  const width = Math.ceil(box.width / stride);
  const height = Math.ceil(box.height / stride);
  const bitmap = platform.createBuffer(width, height);
  paintCells(bitmap.context, cells, width, height, color);
  const outline = pathOf(platform, traceOutline(cells, box, stride));
  return { box, stride, color, bitmap, outline, bytes: width * height * 4 };
}
