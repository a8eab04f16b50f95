/**
 * The pixels that a disc sweeps on its way from one pixel to another: those whose centre is no farther than the
 * radius from the line between the two. Both ends are whole pixels, so that the rule is exact and a long way in
 * pieces gives the same pixels as at once.
 */
import type { Size } from "../geometry";

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** The rule itself, for one pixel. */
export function sweeps(from: Pixel, to: Pixel, radius: number, x: number, y: number): boolean {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const px = x - from.x;
  const py = y - from.y;
  const length = dx * dx + dy * dy;
  const along = px * dx + py * dy;
  if (along <= 0 || length === 0) return px * px + py * py <= radius * radius;
  if (along >= length) return (x - to.x) ** 2 + (y - to.y) ** 2 <= radius * radius;
  return (px * dy - py * dx) ** 2 <= radius * radius * length;
}

/** Where the swept area meets column `x`, about right: the rule decides about the ends. */
function roughly(from: Pixel, to: Pixel, radius: number, x: number): readonly [top: number, bottom: number] | null {
  let top = Infinity;
  let bottom = -Infinity;
  for (const end of [from, to]) {
    const rest = radius * radius - (x - end.x) ** 2;
    if (rest < 0) continue;
    top = Math.min(top, end.y - Math.sqrt(rest));
    bottom = Math.max(bottom, end.y + Math.sqrt(rest));
  }
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  if (dx !== 0) {
    // Between the ends, the two long sides of the swept rectangle.
    const length = Math.hypot(dx, dy);
    const sideX = (-dy / length) * radius;
    const sideY = (dx / length) * radius;
    for (const sign of [1, -1]) {
      const part = (x - from.x - sign * sideX) / dx;
      if (part < 0 || part > 1) continue;
      const y = from.y + sign * sideY + part * dy;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return bottom < top ? null : [top, bottom];
}

/** Calls back for each column of the image that is swept: x, first y, one past the last y. */
export function sweepColumns(
  from: Pixel,
  to: Pixel,
  radius: number,
  image: Size,
  callback: (x: number, top: number, bottom: number) => void,
): void {
  const first = Math.max(0, Math.ceil(Math.min(from.x, to.x) - radius));
  const last = Math.min(image.width - 1, Math.floor(Math.max(from.x, to.x) + radius));
  for (let x = first; x <= last; x += 1) {
    const rough = roughly(from, to, radius, x);
    if (rough === null) continue;
    let top = Math.floor(rough[0]);
    let bottom = Math.ceil(rough[1]);
    while (top <= bottom && !sweeps(from, to, radius, x, top)) top += 1;
    while (bottom >= top && !sweeps(from, to, radius, x, bottom)) bottom -= 1;
    const start = Math.max(top, 0);
    const end = Math.min(bottom + 1, image.height);
    if (end > start) callback(x, start, end);
  }
}
