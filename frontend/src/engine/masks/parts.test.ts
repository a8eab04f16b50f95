import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyBitmap, drawn, linesOf } from "../testing/masks";
import { emptyBitmap, pixelsOf, runsOf } from "./bitmap";
import { fillHoles, keepLargest, removeSmallParts, splitParts } from "./parts";
import { emptyRuns, intersect, subtract, union } from "./runs";

const RINGS = drawn("#####.", "#...#.", "#.#.##", "#...#.", "#####.");

describe("holes", () => {
  it("are filled, with whatever lies in them", () => {
    expect(linesOf(fillHoles(RINGS))).toEqual(["#####.", "#####.", "######", "#####.", "#####."]);
  });

  it("are filled up to a size", () => {
    const two = drawn("#######", "#.##..#", "#######");
    expect(linesOf(fillHoles(two, 1))).toEqual(["#######", "####..#", "#######"]);
    expect(linesOf(fillHoles(two, 2))).toEqual(["#######", "#######", "#######"]);
  });

  it("have no way out, not even through a corner", () => {
    const leaking = drawn("###.", "#.#.", "##..");
    expect(fillHoles(leaking)).toEqual(leaking);
  });

  it("are not what the image's border closes", () => {
    const open = drawn("#.#", "#.#", "###");
    expect(fillHoles(open)).toEqual(open);
  });

  it("once filled are none any more, and nothing is lost", () => {
    fc.assert(
      fc.property(anyBitmap, (bitmap) => {
        const filled = fillHoles(bitmap);
        expect(fillHoles(filled)).toEqual(filled);
        expect(subtract(runsOf(bitmap), runsOf(filled))).toEqual(emptyRuns(bitmap.image));
        expect(filled.box).toEqual(bitmap.box);
      }),
    );
  });
});

describe("parts", () => {
  const THREE = drawn("##...#", "##...#", "..#...");

  it("hang together through edges, not through corners", () => {
    expect(splitParts(THREE).map(linesOf)).toEqual([
      ["##....", "##....", "......"],
      [".....#", ".....#", "......"],
      ["......", "......", "..#..."],
    ]);
    expect(splitParts(THREE).map(({ box }) => [box.x, box.y, box.width, box.height])).toEqual([
      [0, 0, 2, 2],
      [5, 0, 1, 2],
      [2, 2, 1, 1],
    ]);
  });

  it("are dropped below a size, or all but the largest", () => {
    expect(linesOf(removeSmallParts(THREE, 2))).toEqual(["##...#", "##...#", "......"]);
    expect(linesOf(keepLargest(THREE))).toEqual(["##....", "##....", "......"]);
    expect(removeSmallParts(THREE, 5)).toEqual(emptyBitmap(THREE.image));
    expect(keepLargest(emptyBitmap(THREE.image))).toEqual(emptyBitmap(THREE.image));
  });

  it("share no pixel and together are the whole", () => {
    fc.assert(
      fc.property(anyBitmap, (bitmap) => {
        const parts = splitParts(bitmap);
        const sizes = parts.map(pixelsOf);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(pixelsOf(bitmap));
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        expect(parts.map(runsOf).reduce(union, emptyRuns(bitmap.image))).toEqual(runsOf(bitmap));
        for (const part of parts) expect(splitParts(part)).toEqual([part]);
        if (parts.length > 0) expect(keepLargest(bitmap)).toEqual(parts[0]);
        if (parts.length > 1) {
          const [one, other] = parts.map(runsOf);
          if (one !== undefined && other !== undefined) expect(intersect(one, other)).toEqual(emptyRuns(bitmap.image));
        }
      }),
    );
  });
});
