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
      fc.property(point, moves, fc.array(fc.constantFrom<1 | -1>(1, -1), { maxLength: 4 }), ({ x, y }, steps, turns) => {
        const made = camera();
        for (const turn of turns) made.turnBy(turn);
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

  it("turns the image clockwise and fits it anew", () => {
    const made = camera();
    const corners = (): number[][] =>
      [imagePoint(0, 0), imagePoint(999, 0), imagePoint(999, 799)].map((point) => {
        const { x, y } = made.toScreen(point);
        return [x, y];
      });
    made.setView({ width: 848, height: 1048 });
    made.turnBy(1);
    expect([made.turn, made.scale, made.imageArea]).toEqual([1, 1, { x: 24, y: 24, width: 800, height: 1000 }]);
    expect(corners()).toEqual([
      [823.5, 24.5],
      [823.5, 1023.5],
      [24.5, 1023.5],
    ]);
    made.turnBy(1);
    expect([made.turn, made.scale]).toEqual([2, 0.8]);
    made.turnBy(1);
    expect(corners()).toEqual([
      [24.5, 1023.5],
      [24.5, 24.5],
      [823.5, 24.5],
    ]);
    made.turnBy(1);
    expect(made.turn).toBe(0);
  });

  it("turns around the middle of the view once somebody has zoomed", () => {
    const made = camera();
    made.zoomTo(3, screenPoint(100, 200));
    const middle = made.toImage(screenPoint(524, 424));
    made.turnBy(-1);
    expect(made.turn).toBe(3);
    expect(made.toImage(screenPoint(524, 424)).x).toBeCloseTo(middle.x, 9);
    expect(made.toImage(screenPoint(524, 424)).y).toBeCloseTo(middle.y, 9);
  });

  it("places boxes, steps and canvases as it places points, however it is turned", () => {
    const side = fc.integer({ min: 1, max: 400 });
    const box = fc.record({ x: fc.integer({ min: 0, max: 500 }), y: fc.integer({ min: 0, max: 300 }), width: side, height: side });
    fc.assert(
      fc.property(box, fc.integer({ min: 0, max: 3 }), fc.integer({ min: -300, max: 300 }), (given, turns, pan) => {
        const made = camera();
        for (let turn = 0; turn < turns; turn += 1) made.turnBy(1);
        made.zoomTo(2, screenPoint(200, 300));
        made.panBy(pan, -pan);
        const [a, b, c, d, e, f] = made.matrix;
        const corners = [
          [given.x, given.y],
          [given.x + given.width, given.y + given.height],
        ].map(([x = 0, y = 0]) => [made.toScreen(imagePoint(x - 0.5, y - 0.5)), a * x + c * y + e, b * x + d * y + f] as const);
        for (const [at, across, down] of corners) expect([across, down]).toEqual([at.x, at.y]);
        const shown = made.boxOnScreen(given);
        expect(shown.x).toBe(Math.min(...corners.map(([at]) => at.x)));
        expect(shown.y + shown.height).toBe(Math.max(...corners.map(([at]) => at.y)));
        expect(made.boxInImage(shown)).toEqual(given);
        const from = made.toScreen(imagePoint(given.x, given.y));
        const to = made.toScreen(imagePoint(given.x + 3, given.y - 5));
        const [dx, dy] = made.stepOnScreen(3, -5);
        expect([to.x - from.x, to.y - from.y]).toEqual([dx * 2, dy * 2]);
        expect(made.stepInImage(dx, dy).map((each) => each + 0)).toEqual([3, -5]);
      }),
    );
  });

  it("shows a box as large as fits, but no closer than it may", () => {
    const made = camera();
    made.fitBox({ x: 100, y: 200, width: 230, height: 90 }, 64, 8);
    expect(made.scale).toBe(4);
    expect(made.boxOnScreen({ x: 100, y: 200, width: 230, height: 90 })).toEqual({ x: 64, y: 244, width: 920, height: 360 });
    made.fitBox({ x: 500, y: 400, width: 2, height: 2 }, 64, 8);
    expect(made.scale).toBe(8);
    expect(made.toScreen(imagePoint(500.5, 400.5))).toEqual({ x: 524, y: 424 });
  });

  it("reveals a point with no more panning than needed", () => {
    const made = camera();
    made.zoomTo(4, screenPoint(24, 24));
    expect(made.reveal(imagePoint(100, 100), 24)).toBe(false);
    expect(made.reveal(imagePoint(300, 100), 24)).toBe(true);
    expect(made.toScreen(imagePoint(300, 100))).toEqual({ x: 1024, y: 426 });
  });
});
