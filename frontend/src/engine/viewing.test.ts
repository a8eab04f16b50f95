import { beforeEach, describe, expect, it } from "vitest";
import { imagePoint, screenPoint } from "./geometry";
import { boxMask, record, TestBench } from "./testing/bench";
import { changedView, toneTable, USUAL_VIEW } from "./viewSettings";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

describe("the view's keys", () => {
  it("turn the image a quarter and back, with all that is clicked on it", () => {
    bench.click(100, 200);
    bench.key(">");
    const { x, y } = bench.engine.view.screenOf(imagePoint(100, 200));
    expect([x, y]).toEqual([524 + (400 - 200.5) * 0.8, 24 + 100.5 * 0.8]);
    bench.click(300, 400);
    expect(bench.points().map(([px, py]) => [px.toFixed(6), py.toFixed(6)])).toEqual([
      ["100.000000", "200.000000"],
      ["300.000000", "400.000000"],
    ]);
    bench.key("<");
    expect(bench.engine.view.screenOf(imagePoint(0, 0))).toEqual({ x: 24.5, y: 24.5 });
  });

  it("show image pixels as screen pixels, the selected object, and all of the image", () => {
    bench.engine.view.zoomTo(3);
    bench.key(")", { shiftKey: true, code: "Digit0" });
    expect(bench.status.zoom).toBe(1);
    bench.engine.applyRemote({ upsert: [record("a", { mask: boxMask(100, 200, 230, 90), bbox: [100, 200, 230, 90] })] });
    bench.engine.select("a");
    bench.key("@", { shiftKey: true, code: "Digit2" });
    expect([bench.status.zoom, bench.engine.view.screenOf(imagePoint(99.5, 199.5))]).toEqual([4, { x: 64, y: 244 }]);
    bench.engine.select(null);
    bench.key("@", { shiftKey: true, code: "Digit2" });
    expect(bench.status.zoom).toBe(1);
  });

  it("show the points of the object that is being clicked where nothing is selected", () => {
    bench.clicks([100, 200], [300, 300]);
    bench.key("@", { shiftKey: true, code: "Digit2" });
    const { x, y } = bench.engine.view.screenOf(imagePoint(200, 250));
    expect([x.toFixed(6), y.toFixed(6)]).toEqual(["524.000000", "424.000000"]);
    expect(bench.status.zoom).toBeCloseTo((1048 - 128) / 202, 9);
  });

  it("move the cursor the way they point, however the image is turned", () => {
    bench.key(">");
    bench.input.pointerMove(bench.engine.view.screenOf(imagePoint(500, 400)));
    bench.input.pointerLeft();
    bench.move(500, 400);
    bench.key("ArrowRight");
    expect(bench.status.pointer).toEqual({ x: 500, y: 399 });
    bench.key("ArrowDown");
    expect(bench.status.pointer).toEqual({ x: 501, y: 399 });
  });

  it("look the way they point with the pan tool", () => {
    bench.key(">");
    bench.key("h");
    const before = bench.engine.view.screenOf(imagePoint(0, 0));
    bench.key("ArrowRight");
    const after = bench.engine.view.screenOf(imagePoint(0, 0));
    expect([after.x - before.x, after.y - before.y]).toEqual([-64, 0]);
  });
});

describe("wheel and trackpad", () => {
  it("zoom at the pointer, and move to the side", () => {
    bench.input.wheel(screenPoint(300, 500), -100, false, false);
    expect(bench.status.zoom).toBeCloseTo(Math.exp(0.18), 9);
    bench.engine.view.fit();
    bench.input.scrolledAcross(30);
    expect(bench.engine.view.screenOf(imagePoint(0, 0))).toEqual({ x: -5.5, y: 24.5 });
  });
});

describe("view settings", () => {
  it("begin as usual, keep amounts within limits, and leave out what makes no sense", () => {
    expect(bench.engine.view.settings()).toEqual(USUAL_VIEW);
    bench.engine.view.change({ brightness: 99, gamma: 0, maskOpacity: -1 });
    expect(bench.engine.view.settings()).toEqual({ ...USUAL_VIEW, brightness: 4, gamma: 0.2, maskOpacity: 0 });
    const odd = { brightness: "2", contrast: Number.NaN, magnifier: 0, preview: false, other: 1 };
    expect(changedView(USUAL_VIEW, odd)).toEqual({ ...USUAL_VIEW, preview: false });
  });

  it("tell of a change once, and of none when nothing is different", () => {
    const told: number[] = [];
    const stop = bench.engine.view.onSettings(({ maskOpacity }) => told.push(maskOpacity));
    bench.engine.view.change({ maskOpacity: 0.2 });
    bench.engine.view.change({ maskOpacity: 0.2 });
    stop();
    bench.engine.view.change({ maskOpacity: 0.3 });
    expect(told).toEqual([0.2]);
  });

  it("change the light of the picture by tones, without painting it again", () => {
    bench.fake.frame();
    const { imagePaints } = bench.engine.stats();
    bench.engine.view.change({ brightness: 2 });
    bench.fake.frame();
    expect(bench.engine.stats().imagePaints).toBe(imagePaints);
    expect(bench.fake.tones?.[51]).toBeCloseTo(0.4, 12);
    expect(bench.fake.tones?.[255]).toBe(1);
    bench.engine.view.change({ brightness: 1 });
    expect(bench.fake.tones).toBe(null);
  });

  it("make tones of brightness, contrast and gamma", () => {
    const at = (change: object, level: number): number => toneTable({ ...USUAL_VIEW, ...change })?.[level] ?? -1;
    expect(at({ contrast: 2 }, 51)).toBe(0);
    expect(at({ contrast: 2 }, 153)).toBeCloseTo(0.7, 12);
    expect(at({ gamma: 2 }, 51)).toBeCloseTo(Math.sqrt(0.2), 12);
    expect([at({ gamma: 2 }, 0), at({ gamma: 2 }, 255)]).toEqual([0, 1]);
    expect(toneTable(USUAL_VIEW)).toBe(null);
  });

  it("tint masks as much as is wished, and outline them in any case", () => {
    bench.engine.applyRemote({ upsert: [record("a")] });
    bench.fake.frame();
    const buffer = bench.fake.buffers[0];
    const last = (name: string): unknown => buffer?.named(name).at(-1)?.alpha;
    expect([last("drawImage"), last("stroke")]).toEqual([0.45, 1]);
    bench.engine.view.change({ maskOpacity: 0.2 });
    bench.fake.frame();
    expect([last("drawImage"), last("stroke")]).toEqual([0.2, 1]);
    buffer?.clear();
    bench.key("m");
    bench.fake.frame();
    expect([last("drawImage"), last("stroke")]).toEqual([undefined, 1]);
  });

  it("leave nothing of masks as they lay before the image was turned", () => {
    bench.engine.applyRemote({ upsert: [record("a")] });
    bench.fake.frame();
    const buffer = bench.fake.buffers[0];
    buffer?.clear();
    bench.key(">");
    bench.fake.frame();
    expect(buffer?.named("clearRect")).toHaveLength(1);
    expect(buffer?.named("drawImage").at(-1)?.transform.map((each) => each + 0)).toEqual([0, 0.8, -0.8, 0, 844, 24]);
  });
});
