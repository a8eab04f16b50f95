import { beforeEach, describe, expect, it } from "vitest";
import { imagePoint, screenPoint } from "./geometry";
import { record, boxMask, TestBench } from "./testing/bench";
import type { ScreenPoint } from "./types";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

/** In image pixels of the fresh view. */
const on = (x: number, y: number): ScreenPoint => screenPoint(x + 24.5, y + 24.5);
const corner = (): number[] => {
  const { x, y } = bench.engine.view.screenOf(imagePoint(0, 0));
  return [x, y];
};

function tap(x: number, y: number): void {
  bench.fake.pass(1000);
  bench.input.fingerDown(1, on(x, y));
  bench.input.fingerUp(1, on(x, y));
}

describe("one finger", () => {
  it("clicks where it taps, and leaves no pointer behind", () => {
    tap(100, 200);
    tap(150, 120);
    expect(bench.points()).toEqual([
      [100, 200, "unknown"],
      [150, 120, "unknown"],
    ]);
    expect(bench.status.pointer).toBe(null);
  });

  it("aims while it is down, with guide lines and loupe, and places the point where it is lifted", () => {
    bench.input.fingerDown(1, on(100, 200));
    expect([bench.points(), bench.status.pointer]).toEqual([[], { x: 100, y: 200 }]);
    bench.input.fingerMove(1, on(130, 220));
    bench.input.fingerMove(1, on(128, 221));
    bench.fake.frame();
    expect(bench.overlay.named("drawImage")).toHaveLength(1);
    expect([bench.points(), bench.status.pointer]).toEqual([[], { x: 128, y: 221 }]);
    bench.input.fingerUp(1, on(128, 221));
    expect(bench.points()).toEqual([[128, 221, "unknown"]]);
  });

  it("drags a point that it is put on, also from some pixels beside it", () => {
    tap(100, 200);
    bench.fake.pass(1000);
    bench.input.fingerDown(1, on(112, 205));
    bench.input.fingerMove(1, on(140, 205));
    expect(bench.state).toBe("extreme.dragging");
    bench.input.fingerMove(1, on(160, 240));
    bench.input.fingerUp(1, on(160, 240));
    expect(bench.points()).toEqual([[160, 240, "unknown"]]);
  });

  it("paints, from the place where it was put down", () => {
    bench.key("b");
    bench.engine.setBrushSize(11);
    bench.input.fingerDown(1, on(100, 200));
    bench.input.fingerMove(1, on(104, 200));
    expect(bench.status.drawing).toBe(false);
    bench.input.fingerMove(1, on(130, 200));
    expect(bench.status.drawing).toBe(true);
    bench.input.fingerUp(1, on(150, 200));
    expect(bench.engine.objects().map(({ bbox }) => bbox)).toEqual([[95, 195, 61, 11]]);
  });

  it("paints a dot with a tap", () => {
    bench.key("b");
    bench.engine.setBrushSize(11);
    tap(100, 200);
    expect(bench.engine.objects().map(({ bbox }) => bbox)).toEqual([[95, 195, 11, 11]]);
  });

  it("closes a polygon near its first corner, and drags a corner from some pixels beside it", () => {
    bench.key("p");
    for (const [x, y] of [[100, 100], [200, 100], [200, 200], [112, 110]] as const) tap(x, y);
    expect(bench.engine.objects()).toHaveLength(1);
    bench.fake.pass(1000);
    bench.input.fingerDown(1, on(212, 210));
    bench.input.fingerMove(1, on(240, 240));
    expect(bench.state).toBe("polygon.dragging");
    bench.input.fingerMove(1, on(260, 260));
    bench.input.fingerUp(1, on(260, 260));
    expect(bench.engine.objects()[0]?.bbox.slice(2).map((side) => side > 150)).toEqual([true, true]);
  });

  it("places nothing when the system takes it away", () => {
    bench.input.fingerDown(1, on(100, 200));
    bench.input.fingerLost(1);
    bench.input.fingerUp(1, on(100, 200));
    expect([bench.points(), bench.status.pointer]).toEqual([[], null]);
    tap(150, 120);
    expect(bench.points()).toEqual([[150, 120, "unknown"]]);
  });
});

describe("a finger that is held still", () => {
  it("takes the last point back and then places none", () => {
    tap(100, 200);
    tap(150, 120);
    bench.input.fingerDown(1, on(300, 300));
    bench.fake.pass(549);
    expect(bench.points()).toHaveLength(2);
    bench.fake.pass(1);
    expect(bench.points()).toEqual([[100, 200, "unknown"]]);
    bench.input.fingerUp(1, on(300, 300));
    expect(bench.points()).toHaveLength(1);
  });

  it("selects the object under it and tells who listens, as the right button does", () => {
    bench.engine.applyRemote({ upsert: [record("a", { mask: boxMask(100, 100, 50, 50), bbox: [100, 100, 50, 50] })] });
    const asked: unknown[] = [];
    const stop = bench.engine.view.onSecondary((at, id) => asked.push([at, id]));
    bench.input.fingerDown(1, on(120, 120));
    bench.fake.pass(550);
    bench.input.fingerUp(1, on(120, 120));
    expect([bench.status.selection, bench.points()]).toEqual(["a", []]);
    bench.input.secondary(on(400, 400));
    expect(bench.status.selection).toBe("a");
    stop();
    bench.input.secondary(on(120, 120));
    expect(asked).toEqual([
      [{ x: 144.5, y: 144.5 }, "a"],
      [{ x: 424.5, y: 424.5 }, null],
    ]);
  });

  it("is none any more once it has moved", () => {
    bench.input.fingerDown(1, on(300, 300));
    bench.input.fingerMove(1, on(310, 300));
    bench.fake.pass(2000);
    bench.input.fingerUp(1, on(310, 300));
    expect(bench.points()).toEqual([[310, 300, "unknown"]]);
  });
});

describe("two fingers", () => {
  it("pan, zoom, and place nothing", () => {
    bench.input.fingerDown(1, screenPoint(400, 400));
    bench.input.fingerDown(2, screenPoint(600, 400));
    const under = bench.engine.view.imageOf(screenPoint(500, 400));
    bench.input.fingerMove(1, screenPoint(350, 420));
    bench.input.fingerMove(2, screenPoint(750, 420));
    expect(bench.engine.view.imageOf(screenPoint(550, 420)).x).toBeCloseTo(under.x, 9);
    expect(bench.engine.view.imageOf(screenPoint(550, 420)).y).toBeCloseTo(under.y, 9);
    expect(bench.status.zoom).toBeCloseTo(2, 9);
    bench.input.fingerUp(1, screenPoint(350, 420));
    bench.input.fingerMove(2, screenPoint(100, 100));
    bench.input.fingerUp(2, screenPoint(100, 100));
    expect([bench.points(), bench.status.zoom.toFixed(6), bench.status.pointer]).toEqual([[], "2.000000", null]);
    bench.engine.view.fit();
    tap(150, 120);
    expect(bench.points()).toEqual([[150, 120, "unknown"]]);
  });

  it("drop the stroke that the first of them has just begun", () => {
    bench.key("b");
    bench.input.fingerDown(1, on(100, 200));
    bench.input.fingerMove(1, on(130, 200));
    bench.fake.pass(249);
    bench.input.fingerDown(2, on(300, 200));
    expect([bench.engine.objects(), bench.status.drawing]).toEqual([[], false]);
  });

  it("end a stroke that was meant, and keep it", () => {
    bench.key("b");
    bench.engine.setBrushSize(11);
    bench.input.fingerDown(1, on(100, 200));
    bench.input.fingerMove(1, on(130, 200));
    bench.fake.pass(250);
    bench.input.fingerDown(2, on(300, 200));
    bench.input.fingerMove(1, on(200, 300));
    bench.input.fingerUp(1, on(200, 300));
    expect(bench.engine.objects().map(({ bbox }) => bbox)).toEqual([[95, 195, 41, 11]]);
  });

  it("put a dragged point back", () => {
    tap(100, 200);
    bench.fake.pass(1000);
    bench.input.fingerDown(1, on(100, 200));
    bench.input.fingerMove(1, on(160, 240));
    bench.input.fingerDown(2, on(300, 200));
    expect([bench.state, bench.points()]).toEqual(["extreme.placing", [[100, 200, "unknown"]]]);
  });
});

describe("a pen", () => {
  it("draws, while a finger beside it only moves the image", () => {
    bench.input.penIs("known");
    bench.input.fingerDown(1, on(100, 200));
    bench.input.fingerMove(1, on(130, 180));
    bench.input.fingerUp(1, on(130, 180));
    expect([bench.points(), corner()]).toEqual([[], [54.5, 4.5]]);
    bench.input.pointerDown(screenPoint(200, 200), "primary");
    bench.input.pointerUp(screenPoint(200, 200));
    expect(bench.points()).toEqual([[145.5, 195.5, "unknown"]]);
  });

  it("is not disturbed by the hand that holds it", () => {
    bench.key("b");
    bench.engine.setBrushSize(11);
    bench.input.fingerDown(1, on(500, 500));
    bench.input.penIs("down");
    bench.input.pointerDown(on(100, 200), "primary");
    bench.input.fingerMove(1, on(520, 520));
    bench.input.fingerDown(2, on(600, 500));
    bench.input.fingerMove(2, on(650, 560));
    bench.input.pointerMove(on(150, 200));
    bench.input.penIs("known");
    bench.input.pointerUp(on(150, 200));
    bench.input.fingerUp(1, on(520, 520));
    bench.input.fingerUp(2, on(650, 560));
    expect([bench.engine.objects().map(({ bbox }) => bbox), corner()]).toEqual([[[95, 195, 61, 11]], [24.5, 24.5]]);
  });

  it("takes a finger's aim away when it touches the screen", () => {
    bench.input.fingerDown(1, on(100, 200));
    bench.input.penIs("down");
    bench.input.penIs("known");
    bench.input.fingerUp(1, on(100, 200));
    expect([bench.points(), bench.status.pointer]).toEqual([[], null]);
  });
});
