import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundsOf, boxesMeet, clampToImage, compassRoles, imagePoint, insideImage } from "./geometry";

const IMAGE = { width: 100, height: 50 };

describe("the border of the image", () => {
  it.each([
    [-3, 7, 0, 7],
    [99.4, 49.2, 99, 49],
    [200, -1, 99, 0],
    [12.25, 30.75, 12.25, 30.75],
  ])("pulls (%d, %d) to (%d, %d)", (x, y, toX, toY) => {
    expect(clampToImage(imagePoint(x, y), IMAGE)).toEqual({ x: toX, y: toY });
  });

  it("counts the halves of the outermost pixels as inside", () => {
    expect(insideImage(imagePoint(-0.5, -0.5), IMAGE)).toBe(true);
    expect(insideImage(imagePoint(99.49, 49.49), IMAGE)).toBe(true);
    expect(insideImage(imagePoint(-0.51, 3), IMAGE)).toBe(false);
    expect(insideImage(imagePoint(99.5, 3), IMAGE)).toBe(false);
    expect(insideImage(imagePoint(3, 49.5), IMAGE)).toBe(false);
  });
});

describe("compassRoles", () => {
  const four = [
    { x: 0, y: 50 },
    { x: 40, y: 0 },
    { x: 100, y: 55 },
    { x: 60, y: 100 },
  ];

  it("knows nothing before the fourth point", () => {
    expect(compassRoles([])).toEqual([]);
    expect(compassRoles(four.slice(0, 3))).toEqual(["unknown", "unknown", "unknown"]);
  });

  it("knows left, top, right and bottom from the fourth on, and calls the rest corrections", () => {
    expect(compassRoles(four)).toEqual(["left", "top", "right", "bottom"]);
    expect(compassRoles([...four, { x: 1, y: 1 }])).toEqual(["left", "top", "right", "bottom", "correction"]);
  });

  it("gives every role once, even where one point is extreme in two directions", () => {
    const corner = [
      { x: 0, y: 0 },
      { x: 0, y: 0 },
      { x: 90, y: 40 },
      { x: 50, y: 80 },
    ];
    expect(compassRoles(corner)).toEqual(["left", "top", "right", "bottom"]);
  });

  it("does not depend on the order of the clicks", () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    fc.assert(
      fc.property(order, (indices) => {
        const roles = compassRoles(indices.map((index) => four[index] ?? { x: 0, y: 0 }));
        const names = ["left", "top", "right", "bottom"];
        expect(roles).toEqual(indices.map((index) => names[index]));
      }),
    );
  });
});

describe("boxes", () => {
  it("bound points", () => {
    expect(boundsOf([])).toBeNull();
    expect(
      boundsOf([
        { x: 5, y: 9 },
        { x: -1, y: 12 },
      ]),
    ).toEqual({ x: -1, y: 9, width: 6, height: 3 });
  });

  it("meet when they share some area", () => {
    const box = { x: 0, y: 0, width: 10, height: 10 };
    expect(boxesMeet(box, { x: 9, y: 9, width: 5, height: 5 })).toBe(true);
    expect(boxesMeet(box, { x: 10, y: 0, width: 5, height: 5 })).toBe(false);
  });
});
