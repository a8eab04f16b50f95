/**
 * Polygons to masks. A pixel belongs to the polygon when its centre lies inside by the even-odd rule over all rings,
 * so that a ring within another one is a hole. A centre exactly on an edge belongs to the side below or to the right
 * of it: polygons that share an edge share no pixel and leave none out. Vertices are image points, integers are
 * pixel centres; they may lie outside of the image.
 */
import type { Size } from "../geometry";
import type { Runs } from "../rle";
import type { ImagePoint } from "../types";
import { RunWriter } from "./runs";

export type Ring = readonly ImagePoint[];

/** Where an edge crosses column `x`; always reckoned from its left end, so that both directions give the same. */
export function crossing(a: ImagePoint, b: ImagePoint, x: number): number {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  return left.y + ((x - left.x) * (right.y - left.y)) / (right.x - left.x);
}

/** Calls back for each edge; the last vertex is joined to the first. */
export function forEachEdge(ring: Ring, callback: (a: ImagePoint, b: ImagePoint, index: number) => void): void {
  for (const [index, a] of ring.entries()) {
    const b = ring[(index + 1) % ring.length];
    if (b !== undefined) callback(a, b, index);
  }
}

/** Where the rings' edges cross each column of the image, columns without any left out. */
function crossings(rings: readonly Ring[], image: Size): Map<number, number[]> {
  const columns = new Map<number, number[]>();
  const note = (a: ImagePoint, b: ImagePoint): void => {
    // From the left end up to, but without, the right one: a vertex counts once, an upright edge not at all.
    const first = Math.max(0, Math.ceil(Math.min(a.x, b.x)));
    const end = Math.min(image.width, Math.ceil(Math.max(a.x, b.x)));
    for (let x = first; x < end; x += 1) {
      const column = columns.get(x);
      if (column === undefined) columns.set(x, [crossing(a, b, x)]);
      else column.push(crossing(a, b, x));
    }
  };
  for (const ring of rings) forEachEdge(ring, note);
  return columns;
}

export function fillPolygon(rings: readonly Ring[], image: Size): Runs {
  const writer = new RunWriter();
  const columns = [...crossings(rings, image)].sort(([a], [b]) => a - b);
  const row = (y: number): number => Math.min(Math.max(Math.ceil(y), 0), image.height);
  for (const [x, ys] of columns) {
    ys.sort((a, b) => a - b);
    for (let index = 0; index + 1 < ys.length; index += 2) {
      const origin = x * image.height;
      writer.add(origin + row(ys[index] ?? 0), origin + row(ys[index + 1] ?? 0));
    }
  }
  return writer.finish(image);
}
