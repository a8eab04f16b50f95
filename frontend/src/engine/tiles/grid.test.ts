import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TileGrid } from "./grid";

const LARGE = new TileGrid({ width: 12_000, height: 8_500 }, 512, 6);

describe("TileGrid", () => {
  it("keeps the levels of a few tiles as the base, the smallest first", () => {
    expect(LARGE.base).toBe(3);
    expect(LARGE.basePlaces.map(({ level }) => level)).toEqual([5, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
    expect(LARGE.basePlaces[0]).toEqual({ level: 5, x: 0, y: 0 });
  });

  it("takes the coarsest level that has a pixel for every device pixel", () => {
    expect([4, 1, 0.51, 0.5, 0.26, 0.1, 0.01].map((scale) => LARGE.levelFor(scale))).toEqual([0, 0, 0, 1, 1, 3, 5]);
  });

  it("knows what a tile shows, less at the far edges", () => {
    expect(LARGE.boxOf({ level: 0, x: 1, y: 2 })).toEqual({ x: 512, y: 1024, width: 512, height: 512 });
    expect(LARGE.boxOf({ level: 3, x: 2, y: 2 })).toEqual({ x: 8192, y: 8192, width: 3808, height: 308 });
  });

  it("names the tiles of a part from its middle outwards, and neighbours only within the picture", () => {
    const part = { x: 600, y: 100, width: 900, height: 300 };
    expect(LARGE.placesIn(part, 0)).toEqual([
      { level: 0, x: 2, y: 0 },
      { level: 0, x: 1, y: 0 },
    ]);
    expect(LARGE.placesIn(part, 0, 1)).toHaveLength(8);
    expect(LARGE.placesIn({ x: 0, y: 0, width: 0, height: 10 }, 0)).toEqual([]);
  });

  it("covers any part of any picture with tiles that do not overlap", () => {
    const number = (from: number, to: number) => fc.integer({ min: from, max: to });
    const any = fc.record({ width: number(1, 5000), height: number(1, 5000), level: number(0, 3) });
    const share = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(any, share, share, ({ level, ...picture }, right, down) => {
        const grid = new TileGrid(picture, 256, 6);
        const x = right * picture.width;
        const y = down * picture.height;
        const boxes = grid.placesIn({ x: 0, y: 0, ...picture }, level).map((place) => grid.boxOf(place));
        const inside = (start: number, extent: number, at: number): boolean => at >= start && at < start + extent;
        const holders = boxes.filter((box) => inside(box.x, box.width, x) && inside(box.y, box.height, y));
        expect(holders).toHaveLength(1);
      }),
    );
  });
});
