import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Camera } from "./camera";
import { imagePoint, screenPoint } from "./geometry";

function camera(): Camera {
  const made = new Camera();
  made.setImage({ width: 1000, height: 800 });
  made.setView({ width: 1048, height: 848 });
  return made;
}

describe("Camera", () => {
  it("fits the image into the view with a margin", () => {
    expect(camera().placement).toEqual({ x: 24, y: 24, scale: 1 });
  });

  it("fits an image that is wider than the view by its width", () => {
    const wide = new Camera();
    wide.setImage({ width: 4000, height: 100 });
    wide.setView({ width: 448, height: 848 });
    expect(wide.placement).toEqual({ x: 24, y: 419, scale: 0.1 });
  });

  it("puts the centre of a pixel on the centre of its square", () => {
    const made = camera();
    expect(made.toScreen(imagePoint(0, 0))).toEqual({ x: 24.5, y: 24.5 });
    expect(made.toImage(screenPoint(24, 24))).toEqual({ x: -0.5, y: -0.5 });
    made.zoomTo(4, screenPoint(24, 24));
    expect(made.toScreen(imagePoint(1, 2))).toEqual({ x: 30, y: 34 });
  });

  it("comes back from the screen to the same image point", () => {
    const point = fc.record({
      x: fc.double({ min: 0, max: 999, noNaN: true }),
      y: fc.double({ min: 0, max: 799, noNaN: true }),
    });
    const moves = fc.array(fc.tuple(fc.double({ min: 0.5, max: 2, noNaN: true }), fc.integer({ min: -300, max: 300 })));
    fc.assert(
      fc.property(point, moves, ({ x, y }, steps) => {
        const made = camera();
        for (const [factor, dx] of steps) {
          made.zoomTo(made.scale * factor, screenPoint(x % 500, y % 500));
          made.panBy(dx, -dx);
        }
        const back = made.toImage(made.toScreen(imagePoint(x, y)));
        expect(back.x).toBeCloseTo(x, 6);
        expect(back.y).toBeCloseTo(y, 6);
      }),
    );
  });

  it("keeps the point under the cursor while zooming", () => {
    const made = camera();
    const at = screenPoint(300, 500);
    const before = made.toImage(at);
    made.zoomTo(8, at);
    expect(made.scale).toBe(8);
    expect(made.toImage(at)).toEqual(before);
  });

  it("zooms between a quarter of the fitting scale and 6400 %", () => {
    const made = camera();
    made.zoomTo(1000);
    expect(made.scale).toBe(64);
    made.zoomTo(0.0001);
    expect(made.scale).toBe(0.25);
  });

  it("keeps a piece of the image in sight", () => {
    const made = camera();
    made.panBy(5000, -5000);
    expect(made.placement).toEqual({ x: 1000, y: -752, scale: 1 });
  });

  it("follows the view's size while the image is fitted", () => {
    const made = camera();
    made.setView({ width: 548, height: 448 });
    expect(made.placement).toEqual({ x: 24, y: 24, scale: 0.5 });
  });

  it("keeps the middle of the view in the middle once somebody has zoomed", () => {
    const made = camera();
    made.zoomTo(2, screenPoint(0, 0));
    const middle = made.toImage(screenPoint(524, 424));
    made.setView({ width: 748, height: 648 });
    expect(made.scale).toBe(2);
    expect(made.toImage(screenPoint(374, 324))).toEqual(middle);
  });

  it("reveals a point with no more panning than needed", () => {
    const made = camera();
    made.zoomTo(4, screenPoint(24, 24));
    expect(made.reveal(imagePoint(100, 100), 24)).toBe(false);
    expect(made.reveal(imagePoint(300, 100), 24)).toBe(true);
    expect(made.toScreen(imagePoint(300, 100))).toEqual({ x: 1024, y: 426 });
  });
});
