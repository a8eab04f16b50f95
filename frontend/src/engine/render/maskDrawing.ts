/** The two strokes of every mask; both draw in image space. */
import type { Canvas2D } from "../platform";
import type { MaskArt } from "./maskBitmap";

export function tintMask(context: Canvas2D, { bitmap, box, stride }: MaskArt, alpha: number): void {
  if (alpha === 0) return;
  context.globalAlpha = alpha;
  context.imageSmoothingEnabled = false;
  context.drawImage(bitmap.source, box.x, box.y, bitmap.width * stride, bitmap.height * stride);
}

export interface Line {
  readonly color: string;
  /** CSS pixels, whatever the scale. */
  readonly width: number;
  readonly scale: number;
  readonly alpha?: number;
}

export function strokeMask(context: Canvas2D, art: MaskArt, line: Line): void {
  strokePath(context, art.outline, line);
}

export function strokePath(context: Canvas2D, path: Path2D, line: Line): void {
  context.globalAlpha = line.alpha ?? 1;
  context.strokeStyle = line.color;
  context.lineJoin = "miter";
  context.lineWidth = line.width / line.scale;
  context.stroke(path);
}
