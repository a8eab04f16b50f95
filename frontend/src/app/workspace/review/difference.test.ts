import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { imagePoint, screenPoint } from "../../../engine";
import { encodeMask } from "../../../engine/rle";
import { ADDED, BOTH, differenceOf, REMOVED, tinted } from "./difference";
import { matrixFor } from "./DifferenceLayer";

const SIZE = 6;

function mask(rows: readonly string[]) {
  const pixels = Uint8Array.from(rows.join("").split("").map((sign) => (sign === "#" ? 1 : 0)));
  return encodeMask(pixels, rows.length, rows[0]?.length ?? 0);
}

describe("differenceOf", () => {
  it("says of each pixel of either mask whether both have it, and counts what only one has", () => {
    const older = mask(["......", ".##...", ".##...", "......"]);
    const newer = mask(["......", "..##..", "..##..", "..#..."]);
    expect(differenceOf(older, newer)).toMatchObject({
      box: { x: 1, y: 1, width: 3, height: 3 },
      stride: 1,
      width: 3,
      height: 3,
      cells: Uint8Array.from([REMOVED, BOTH, ADDED, REMOVED, BOTH, ADDED, 0, ADDED, 0]),
      added: 3,
      removed: 2,
    });
  });

  it("is nothing between masks of different sizes, or of nothing", () => {
    expect(differenceOf(mask(["#."]), mask(["#", "."]))).toBeNull();
    expect(differenceOf(mask([".."]), mask([".."]))).toBeNull();
  });

  it("counts as the cells do, whatever the masks are", () => {
    const pixels = fc.uint8Array({ minLength: SIZE * SIZE, maxLength: SIZE * SIZE, max: 1 });
    fc.assert(
      fc.property(pixels, pixels, (a, b) => {
        const found = differenceOf(encodeMask(a, SIZE, SIZE), encodeMask(b, SIZE, SIZE));
        const count = (kind: number): number => found?.cells.filter((cell) => cell === kind).length ?? 0;
        expect([found?.added ?? 0, found?.removed ?? 0]).toEqual([count(ADDED), count(REMOVED)]);
      }),
    );
  });
});

it("what was taken away is striped, so that colour is not the only sign", () => {
  const found = differenceOf(mask(["######"]), mask(["......"]));
  if (found === null) throw new Error("no difference");
  const alphas = Array.from({ length: 6 }, (_, index) => tinted(found)[index * 4 + 3]);
  expect(alphas).toEqual([235, 235, 235, 96, 96, 96]);
});

it("cells lie on their pixels at any zoom and turn", () => {
  const view = { screenOf: ({ x, y }: { x: number; y: number }) => screenPoint(100 - (y + 0.5) * 2, 50 + (x + 0.5) * 2) };
  const matrix = matrixFor(view, { box: { x: 10, y: 20, width: 4, height: 4 }, stride: 3 });
  expect(matrix).toBe("matrix(0.0000, 6.0000, -6.0000, 0.0000, 60.0000, 70.0000)");
  expect(view.screenOf(imagePoint(9.5, 19.5))).toEqual({ x: 60, y: 70 });
});
