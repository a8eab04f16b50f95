/** Small helpers that the layers share. */
import type { Camera } from "../camera";
import type { Box } from "../geometry";
import type { Canvas2D } from "../platform";

/** The visible part of the plane in image corner coordinates, also outside the image. */
export function visibleBox(camera: Camera): Box {
  const { x, y, scale } = camera.placement;
  return { x: -x / scale, y: -y / scale, width: camera.viewSize.width / scale, height: camera.viewSize.height / scale };
}

/** What an area of the canvas (device pixels) shows, in image corner coordinates. */
export function imageBoxOf(camera: Camera, pixelRatio: number, area: Box): Box {
  const { x, y, scale } = camera.placement;
  return {
    x: (area.x / pixelRatio - x) / scale,
    y: (area.y / pixelRatio - y) / scale,
    width: area.width / pixelRatio / scale,
    height: area.height / pixelRatio / scale,
  };
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
  const { x, y, scale } = camera.placement;
  const zoom = scale * pixelRatio;
  context.setTransform(zoom, 0, 0, zoom, x * pixelRatio, y * pixelRatio);
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
