/** Which tiles a large picture has, and which of them show a part of it. Plain arithmetic. */
import { clamp, type Box, type Size } from "../geometry";

/** Column and row on a level; level 0 has the picture's own pixels, each further one half as many a side. */
export interface TilePlace {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

/** So few tiles show all of the picture that they are fetched first and kept as long as it is open. */
const MOST_BASE_TILES = 12;

export class TileGrid {
  /** The finest level that a few tiles cover; it lies below all finer ones. */
  readonly base: number;

  constructor(
    readonly size: Size,
    readonly side: number,
    readonly levels: number,
  ) {
    let base = levels - 1;
    while (base > 0 && this.count(base - 1) <= MOST_BASE_TILES) base -= 1;
    this.base = base;
  }

  /** All tiles from the smallest level to the base, in the order in which they are worth having. */
  get basePlaces(): readonly TilePlace[] {
    const all: TilePlace[] = [];
    for (let level = this.levels - 1; level >= this.base; level -= 1) all.push(...this.placesIn(this.whole, level));
    return all;
  }

  /** The coarsest level with at least one pixel for each device pixel; `scale` is device pixels per picture pixel. */
  levelFor(scale: number): number {
    return clamp(Math.floor(Math.log2(1 / scale)), 0, this.levels - 1);
  }

  /** What a tile shows, in image corner coordinates. */
  boxOf({ level, x, y }: TilePlace): Box {
    const reach = this.side * 2 ** level;
    const left = x * reach;
    const top = y * reach;
    return {
      x: left,
      y: top,
      width: Math.min(reach, this.size.width - left),
      height: Math.min(reach, this.size.height - top),
    };
  }

  /** The tiles of a level that show some of a part, those nearest to its middle first; `ring` adds neighbours. */
  placesIn(part: Box, level: number, ring = 0): readonly TilePlace[] {
    const reach = this.side * 2 ** level;
    const last = (extent: number): number => Math.ceil(extent / reach) - 1;
    const columns = within(part.x, part.width, reach, last(this.size.width), ring);
    const rows = within(part.y, part.height, reach, last(this.size.height), ring);
    const middle = { x: (part.x + part.width / 2) / reach - 0.5, y: (part.y + part.height / 2) / reach - 0.5 };
    const away = ({ x, y }: TilePlace): number => Math.hypot(x - middle.x, y - middle.y);
    return rows
      .flatMap((y) => columns.map((x): TilePlace => ({ level, x, y })))
      .sort((one, other) => away(one) - away(other));
  }

  private get whole(): Box {
    return { x: 0, y: 0, ...this.size };
  }

  private count(level: number): number {
    const across = (extent: number): number => Math.ceil(extent / (this.side * 2 ** level));
    return across(this.size.width) * across(this.size.height);
  }
}

function within(start: number, extent: number, reach: number, last: number, ring: number): number[] {
  if (extent <= 0) return [];
  const from = clamp(Math.floor(start / reach) - ring, 0, last);
  const to = clamp(Math.ceil((start + extent) / reach) - 1 + ring, 0, last);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
