/** Small helpers that the layers share. */
import type { Camera } from "../camera";
import type { Box } from "../geometry";
import type { Canvas2D } from "../platform";

/** The visible part of the plane in image corner coordinates, also outside the image. */
export function visibleBox(camera: Camera): Box {
  return camera.boxInImage({ x: 0, y: 0, ...camera.viewSize });
}

/** What an area of the canvas (device pixels) shows, in image corner coordinates. */
export function imageBoxOf(camera: Camera, pixelRatio: number, area: Box): Box {
  return camera.boxInImage(scaled(area, 1 / pixelRatio));
}

/** Where a box in image corner coordinates lies on the canvas, in device pixels. */
export function canvasBoxOf(camera: Camera, pixelRatio: number, box: Box): Box {
  return scaled(camera.boxOnScreen(box), pixelRatio);
}

function scaled({ x, y, width, height }: Box, factor: number): Box {
  return { x: x * factor, y: y * factor, width: width * factor, height: height * factor };
}

/** Draws in device pixels. */
export function drawInDeviceSpace(context: Canvas2D): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
}

/** Draws in CSS pixels of the host. */
export function drawInScreenSpace(context: Canvas2D, pixelRatio: number): void {
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
}

/** Draws in image corner coordinates; a line of w CSS pixels is then w / scale wide. */
export function drawInImageSpace(context: Canvas2D, camera: Camera, pixelRatio: number): void {
  const [a, b, c, d, e, f] = camera.matrix;
  context.setTransform(
    a * pixelRatio,
    b * pixelRatio,
    c * pixelRatio,
    d * pixelRatio,
    e * pixelRatio,
    f * pixelRatio,
  );
}

const COARSEST_STRIDE = 64;

/** Image pixels (a power of two) that together are at most one device pixel wide. */
export function strideFor(scale: number, pixelRatio: number): number {
  const stride = 2 ** Math.floor(Math.log2(1 / (scale * pixelRatio)));
  return Math.min(Math.max(stride, 1), COARSEST_STRIDE);
}

/** "#rrggbb" as three numbers in 0..255; grey for anything else. */
export function channelsOf(color: string): readonly [red: number, green: number, blue: number] {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  const channel = (index: number): number => Number.parseInt(found?.[index] ?? "88", 16);
  return [channel(1), channel(2), channel(3)];
}
