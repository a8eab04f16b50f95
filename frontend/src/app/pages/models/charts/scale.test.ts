import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { place, rangeOf, smoothed, thinned, ticksOf } from "./scale";

describe("rangeOf", () => {
  it("holds all finite values and is never empty", () => {
    expect(rangeOf([3, -1, Number.NaN, 2])).toEqual({ low: -1, high: 3 });
    expect(rangeOf([])).toEqual({ low: 0, high: 1 });
    expect(rangeOf([5, 5])).toEqual({ low: 4.5, high: 5.5 });
    expect(rangeOf([0])).toEqual({ low: -0.01, high: 0.01 });
  });
});

describe("ticksOf", () => {
  it("gives round values inside the range", () => {
    expect(ticksOf({ low: 0, high: 1 }, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksOf({ low: 0.61, high: 0.93 }, 4)).toEqual([0.7, 0.8, 0.9]);
    expect(ticksOf({ low: 0, high: 640 }, 4)).toEqual([0, 200, 400, 600]);
    expect(ticksOf({ low: -3, high: 3 }, 3)).toEqual([-2, 0, 2]);
  });

  it("gives few of them, in order, whatever the range", () => {
    const range = fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(range, ([low, size]) => {
        const ticks = ticksOf({ low, high: low + size }, 5);
        const room = size * 1e-6;
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.every((tick, index) => index === 0 || tick > (ticks[index - 1] ?? tick))).toBe(true);
        expect(ticks.every((tick) => tick >= low - room && tick <= low + size + room)).toBe(true);
      }),
    );
  });
});

describe("place", () => {
  it("runs from start to end, also downwards", () => {
    expect([0, 5, 10].map((value) => place(value, { low: 0, high: 10 }, 200, 100))).toEqual([200, 150, 100]);
  });
});

describe("smoothed", () => {
  it("leaves what is level alone and halves the weight of what came before", () => {
    const level = [1, 2, 3].map((x) => ({ x, y: 4 }));
    expect(smoothed(level).map(({ y }) => Number(y.toFixed(9)))).toEqual([4, 4, 4]);
    expect(smoothed([{ x: 1, y: 0 }, { x: 2, y: 3 }], 0.5)).toEqual([{ x: 1, y: 0 }, { x: 2, y: 2 }]);
  });
});

describe("thinned", () => {
  it("keeps the first and the last", () => {
    expect(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 3)).toEqual([0, 5, 10]);
    expect(thinned([1, 2], 3)).toEqual([1, 2]);
  });
});
