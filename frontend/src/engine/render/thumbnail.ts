/** A small picture of one object: its piece of the photograph with its mask over it. */
import type { Box } from "../geometry";
import type { Picture, Platform } from "../platform";
import { decodeBox } from "../rle";
import type { MaskShape } from "../shapes";
import { paintCells } from "./maskBitmap";

const MASK_ALPHA = 0.5;
/** Of the object's longer side: some of what is around it. */
const MARGIN = 0.12;

export interface ThumbnailTarget {
  readonly context: CanvasRenderingContext2D;
  /** Canvas pixels. */
  readonly side: number;
}

/** A square around the object, within the image as far as that goes. */
export function squareAround({ x, y, width, height }: Box): Box {
  const side = Math.max(width, height, 8) * (1 + 2 * MARGIN);
  return { x: x + width / 2 - side / 2, y: y + height / 2 - side / 2, width: side, height: side };
}

export function drawThumbnail(
  platform: Platform,
  { context, side }: ThumbnailTarget,
  { picture, shape, color }: { picture: Picture; shape: MaskShape; color: string },
): boolean {
  const { box } = shape;
  if (box === null) return false;
  const part = squareAround(box);
  const scale = side / part.width;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, side, side);
  context.setTransform(scale, 0, 0, scale, -part.x * scale, -part.y * scale);
  context.globalAlpha = 1;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "medium";
  drawPicture(context, picture, part);
  const stride = Math.max(1, Math.floor(Math.max(box.width, box.height) / (2 * side)));
  const cells = decodeBox(shape.runs, box, stride);
  const [across, down] = [Math.ceil(box.width / stride), Math.ceil(box.height / stride)];
  const bitmap = platform.createBuffer(across, down);
  paintCells(bitmap.context, cells, across, down, color);
  context.globalAlpha = MASK_ALPHA;
  context.drawImage(bitmap.source, box.x, box.y, across * stride, down * stride);
  bitmap.release();
  return true;
}

/** Of a large picture the preview is enough. */
function drawPicture(context: CanvasRenderingContext2D, picture: Picture, part: Box): void {
  const from = picture.tiled?.preview ?? picture;
  const shrunk = from.width / picture.width;
  const x = Math.max(0, part.x);
  const y = Math.max(0, part.y);
  const width = Math.min(picture.width, part.x + part.width) - x;
  const height = Math.min(picture.height, part.y + part.height) - y;
  context.drawImage(from.source, x * shrunk, y * shrunk, width * shrunk, height * shrunk, x, y, width, height);
}
