/**
 * The pixels that one stroke has touched, in tiles that are made where the stroke goes: a stroke costs its own
 * pixels, neither the image's nor those of the box around it.
 */
import type { Box, Size } from "../geometry";
import type { Runs } from "../rle";
import { sweepColumns, type Pixel } from "./capsule";
import { clipStretch, RunWriter } from "./runs";

/** Touched pixels must be in (or, with `inside` false, must not be in) this mask. */
export interface Limit {
  readonly runs: Runs;
  readonly inside: boolean;
}

const TILE = 64;

export class StrokeSheet {
  /** By tile column, then by tile row; each tile's bytes are column by column, as runs are. */
  private readonly tiles = new Map<number, Map<number, Uint8Array>>();
  private bounds: Box | null = null;

  constructor(private readonly image: Size) {}

  /** Around everything touched so far, perhaps a little wider; null when nothing is. */
  get box(): Box | null {
    return this.bounds;
  }

  /** Sweeps a disc from one pixel to another; returns the box that may have changed, within the image. */
  sweep(from: Pixel, to: Pixel, radius: number, limits: readonly Limit[] = []): Box | null {
    let left = Infinity;
    let right = -Infinity;
    let top = Infinity;
    let bottom = -Infinity;
    sweepColumns(from, to, radius, this.image, (x, start, end) => {
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, start);
      bottom = Math.max(bottom, end);
      this.touch(x, start, end, limits);
    });
    if (right < left) return null;
    const changed = { x: left, y: top, width: right - left, height: bottom - top };
    this.bounds = joined(this.bounds, changed);
    return changed;
  }

  /** False where nothing of column `x` can have been touched. */
  reaches(x: number): boolean {
    return this.tiles.has(Math.floor(x / TILE));
  }

  has(x: number, y: number): boolean {
    const tile = this.tiles.get(Math.floor(x / TILE))?.get(Math.floor(y / TILE));
    return tile !== undefined && tile[(x % TILE) * TILE + (y % TILE)] === 1;
  }

  toRuns(): Runs {
    const writer = new RunWriter();
    const { height } = this.image;
    for (const [across, column] of sorted(this.tiles)) {
      const stack = sorted(column);
      for (let x = 0; x < TILE; x += 1) {
        for (const [down, tile] of stack) {
          const origin = (across * TILE + x) * height + down * TILE;
          forEachSpan(tile, x, (start, end) => writer.add(origin + start, origin + end));
        }
      }
    }
    return writer.finish(this.image);
  }

  /** Calls back for each touched stretch of column `x` between two rows: first y, one past the last y. */
  forEachStretch(x: number, top: number, bottom: number, callback: (top: number, bottom: number) => void): void {
    for (const [down, tile] of this.tiles.get(Math.floor(x / TILE)) ?? []) {
      const origin = down * TILE;
      if (origin >= bottom || origin + TILE <= top) continue;
      forEachSpan(tile, x % TILE, (start, end) => {
        const from = Math.max(origin + start, top);
        const to = Math.min(origin + end, bottom);
        if (to > from) callback(from, to);
      });
    }
  }

  private touch(x: number, top: number, bottom: number, limits: readonly Limit[]): void {
    const [limit, ...rest] = limits;
    if (limit === undefined) {
      this.fill(x, top, bottom);
      return;
    }
    const column = x * this.image.height;
    clipStretch(limit.runs, limit.inside, column + top, column + bottom, (start, end) =>
      this.touch(x, start - column, end - column, rest),
    );
  }

  private fill(x: number, top: number, bottom: number): void {
    const across = Math.floor(x / TILE);
    const column = this.tiles.get(across) ?? new Map<number, Uint8Array>();
    this.tiles.set(across, column);
    const offset = (x % TILE) * TILE;
    for (let y = top; y < bottom; ) {
      const down = Math.floor(y / TILE);
      const end = Math.min(bottom, (down + 1) * TILE);
      const tile = column.get(down) ?? new Uint8Array(TILE * TILE);
      column.set(down, tile);
      tile.fill(1, offset + y - down * TILE, offset + end - down * TILE);
      y = end;
    }
  }
}

function sorted<Value>(map: ReadonlyMap<number, Value>): readonly (readonly [number, Value])[] {
  return [...map].sort(([a], [b]) => a - b);
}

/** The touched stretches of one column of a tile. */
function forEachSpan(tile: Uint8Array, x: number, callback: (start: number, end: number) => void): void {
  const stop = (x + 1) * TILE;
  for (let at = tile.indexOf(1, x * TILE); at >= 0 && at < stop; ) {
    const gap = tile.indexOf(0, at);
    const end = gap < 0 || gap > stop ? stop : gap;
    callback(at - x * TILE, end - x * TILE);
    at = tile.indexOf(1, end);
  }
}

export function joined(a: Box | null, b: Box | null): Box | null {
  if (a === null || b === null) return a ?? b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}
