/** Masks to polygons: the outline as rings of vertices that can be dragged. */
import { imagePoint } from "../geometry";
import { traceOutline } from "../outline";
import type { ImagePoint } from "../types";
import type { Bitmap } from "./bitmap";
import type { Ring } from "./polygon";

/** Corners lie half a pixel left of and above the centre of their pixel. */
function ringsOf({ box, bits }: Bitmap): Ring[] {
  const { points, starts } = traceOutline(bits.slice(), box);
  const rings: Ring[] = [];
  for (let loop = 0; loop + 1 < starts.length; loop += 1) {
    const ring: ImagePoint[] = [];
    for (let at = starts[loop] ?? 0; at < (starts[loop + 1] ?? 0); at += 2) {
      ring.push(imagePoint((points[at] ?? 0) - 0.5, (points[at + 1] ?? 0) - 0.5));
    }
    rings.push(ring);
  }
  return rings;
}

function fromChord(point: ImagePoint, a: ImagePoint, b: ImagePoint): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - a.x) * dx + (point.y - a.y) * dy) / length;
  const part = Math.min(Math.max(along, 0), 1);
  return Math.hypot(point.x - a.x - part * dx, point.y - a.y - part * dy);
}

/** Douglas and Peucker's rule on one stretch of a ring: marks the vertices that must stay. */
function mark(ring: Ring, first: number, last: number, tolerance: number, kept: Uint8Array): void {
  const stretches: [number, number][] = [[first, last]];
  for (let stretch = stretches.pop(); stretch !== undefined; stretch = stretches.pop()) {
    const [from, to] = stretch;
    const a = ring[from];
    const b = ring[to % ring.length];
    if (a === undefined || b === undefined) continue;
    let farthest = -1;
    let most = tolerance;
    for (let index = from + 1; index < to; index += 1) {
      const point = ring[index];
      const away = point === undefined ? 0 : fromChord(point, a, b);
      if (away > most) {
        most = away;
        farthest = index;
      }
    }
    if (farthest < 0) continue;
    kept[farthest] = 1;
    stretches.push([from, farthest], [farthest, to]);
  }
}

/** Leaves out vertices that are no farther than `tolerance` (image pixels) from the line without them. */
export function simplified(ring: Ring, tolerance: number): Ring {
  const start = ring[0];
  if (tolerance <= 0 || start === undefined || ring.length <= 4) return ring;
  let opposite = 0;
  let most = -1;
  for (const [index, point] of ring.entries()) {
    const away = Math.hypot(point.x - start.x, point.y - start.y);
    if (away > most) {
      most = away;
      opposite = index;
    }
  }
  const kept = new Uint8Array(ring.length);
  kept[0] = 1;
  kept[opposite] = 1;
  mark(ring, 0, opposite, tolerance, kept);
  mark(ring, opposite, ring.length, tolerance, kept);
  const rest = ring.filter((_, index) => kept[index] === 1);
  return rest.length < 3 ? ring : rest;
}

/** The rings around a mask; filled again they give the same mask when `tolerance` is 0. */
export function traceRings(bitmap: Bitmap, tolerance = 0): readonly Ring[] {
  return ringsOf(bitmap).map((ring) => simplified(ring, tolerance));
}
