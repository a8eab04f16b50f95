import { beforeEach, describe, expect, it } from "vitest";
import { Camera } from "../camera";
import { screenPoint } from "../geometry";
import { record, TestBench } from "../testing/bench";
import { FakeSurface } from "../testing/fakePlatform";
import { Brush } from "./brush";
import { PaintLoop } from "./loop";
import { channelsOf, imageBoxOf, strideFor, visibleBox } from "./view";

describe("PaintLoop", () => {
  it("paints each dirty layer once a frame, in the order in which they lie on each other", () => {
    const painted: string[] = [];
    const frames: (() => void)[] = [];
    const layer = (name: string) => ({ paint: () => void painted.push(name) });
    const layers = { image: layer("image"), masks: layer("masks"), stroke: layer("stroke"), overlay: layer("overlay") };
    const loop = new PaintLoop(
      layers,
      (frame) => (frames.push(frame), () => {}),
      () => void painted.push("frame"),
    );
    loop.invalidate("overlay", "image");
    loop.invalidate("overlay");
    expect(frames).toHaveLength(1);
    frames.shift()?.();
    expect(painted).toEqual(["frame", "image", "overlay"]);
    loop.invalidate();
    frames.shift()?.();
    expect(painted).toEqual(["frame", "image", "overlay", "frame"]);
    expect([loop.count("image"), loop.count("masks"), loop.count("overlay")]).toEqual([1, 0, 1]);
  });

  it("takes its frame back when it is stopped, and asks for no other", () => {
    let waiting = 0;
    const layer = { paint: () => {} };
    const raf = (): (() => void) => {
      waiting += 1;
      return () => void (waiting -= 1);
    };
    const loop = new PaintLoop({ image: layer, masks: layer, stroke: layer, overlay: layer }, raf, () => {});
    loop.invalidate("image");
    loop.stop();
    loop.invalidate("image");
    expect(waiting).toBe(0);
  });
});

describe("view", () => {
  it("chooses a stride of at most one device pixel", () => {
    expect([4, 1, 0.9, 0.5, 0.3, 0.01, 0.001].map((scale) => strideFor(scale, 1))).toEqual([1, 1, 1, 2, 2, 64, 64]);
    expect(strideFor(0.25, 2)).toBe(2);
  });

  it("knows what the view and parts of it show", () => {
    const camera = new Camera();
    camera.setImage({ width: 1000, height: 800 });
    camera.setView({ width: 1048, height: 848 });
    expect(visibleBox(camera)).toEqual({ x: -24, y: -24, width: 1048, height: 848 });
    camera.zoomTo(2, screenPoint(24, 24));
    expect(imageBoxOf(camera, 2, { x: 48, y: 48, width: 100, height: 40 })).toEqual({
      x: 0,
      y: 0,
      width: 25,
      height: 10,
    });
  });

  it("reads colours, and takes grey for what is none", () => {
    expect(channelsOf("#0A64ff")).toEqual([10, 100, 255]);
    expect(channelsOf("url(javascript:)")).toEqual([136, 136, 136]);
  });
});

describe("Brush", () => {
  it("wipes exactly what was drawn, once", () => {
    const surface = new FakeSurface(100, 100);
    const brush = new Brush(surface.context);
    brush.line(10, 20, 50, 20, "#fff", 2);
    brush.ring(70, 70, 5, "#fff", 2);
    brush.wipe();
    brush.wipe();
    expect(surface.named("clearRect").map(({ args }) => args)).toEqual([
      [7, 17, 46, 6],
      [62, 62, 16, 16],
    ]);
  });
});

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

describe("the image", () => {
  it("is smooth up to 400 % and shows pixels as squares above", () => {
    bench.engine.view.zoomTo(4);
    bench.fake.frame();
    expect(bench.layer(0).named("drawImage").at(-1)?.smoothing).toBe(true);
    bench.engine.view.zoomTo(4.01);
    bench.fake.frame();
    expect(bench.layer(0).named("drawImage").at(-1)?.smoothing).toBe(false);
  });

  it("is drawn no farther than it is seen", () => {
    bench.engine.view.zoomTo(8);
    bench.fake.frame();
    const [, x, y, width, height] = bench.layer(0).named("drawImage").at(-1)?.args ?? [];
    expect([x, y, width, height]).toEqual([434, 347, 132, 106]);
  });

  it("is drawn from a smaller copy when it is shown small", async () => {
    bench.fake.pictures.set("/large", { width: 8000, height: 6000 });
    await bench.engine.loadImage({ url: "/large", width: 8000, height: 6000 });
    bench.fake.frame();
    expect(bench.fake.buffers.map(({ width, height }) => [width, height])).toEqual([[2000, 1500]]);
    expect(bench.layer(0).named("drawImage").at(-1)?.args[0]).toBe(bench.fake.buffers[0]?.source);
    bench.engine.view.zoomTo(1);
    bench.fake.frame();
    expect(bench.layer(0).named("drawImage").at(-1)?.args[0]).toEqual({ picture: "/large" });
  });

  it("lies on the theme's ground", () => {
    const seen = (["dark", "light"] as const).map((theme) => {
      bench.engine.setTheme(theme);
      return bench.fake.ground;
    });
    expect(seen).toEqual(["#0b0b0d", "#e9e9ee"]);
    expect(bench.layer(0).named("fillRect")).toEqual([]);
  });
});

describe("the overlay", () => {
  function lines(): unknown[][] {
    const { calls } = bench.overlay;
    return calls.flatMap(({ name, args }, at) =>
      name === "moveTo" && calls[at + 1]?.name === "lineTo" && calls[at + 2]?.name === "stroke"
        ? [[...args, ...(calls[at + 1]?.args ?? [])]]
        : [],
    );
  }

  beforeEach(() => {
    bench.engine.view.change({ magnifier: false });
  });

  it("has guide lines through the pointer from edge to edge of the image, with a gap to see through", () => {
    bench.overlay.clear();
    bench.move(300, 200);
    bench.fake.frame();
    const seen = [
      [24, 224.5, 316.5, 224.5],
      [332.5, 224.5, 1024, 224.5],
      [324.5, 24, 324.5, 216.5],
      [324.5, 232.5, 324.5, 824],
    ];
    expect(lines()).toEqual([...seen, ...seen]);
  });

  it.each([
    ["with another tool", () => bench.engine.setTool("pan")],
    ["while read-only", () => bench.engine.setReadOnly(true)],
    ["outside the image", () => bench.input.pointerMove(screenPoint(3, 3))],
  ])("has none %s", (_, change) => {
    bench.move(300, 200);
    change();
    bench.fake.frame();
    bench.overlay.clear();
    bench.engine.view.zoomTo(1.01);
    bench.fake.frame();
    expect(lines()).toEqual([]);
  });

  it("wipes the guide lines of the frame before and nothing more", () => {
    bench.move(300, 200);
    bench.fake.frame();
    bench.overlay.clear();
    bench.move(310, 210);
    bench.fake.frame();
    const wiped = bench.overlay.named("clearRect").map(({ args }) => (args[2] as number) * (args[3] as number));
    expect(wiped).toHaveLength(8);
    expect(wiped.reduce((sum, area) => sum + area, 0)).toBeLessThan(30_000);
  });

  it("shows rings before roles are known, and then one arrow head for each side and a box around them", () => {
    bench.clicks([100, 250], [250, 100], [400, 250]);
    bench.input.pointerLeft();
    bench.fake.frame();
    bench.overlay.clear();
    bench.engine.select(null);
    bench.engine.view.zoomTo(1);
    bench.fake.frame();
    expect([bench.overlay.named("arc").length > 0, bench.overlay.named("fill").length]).toEqual([true, 0]);
    bench.click(250, 400);
    bench.input.pointerLeft();
    bench.overlay.clear();
    bench.fake.frame();
    expect(bench.overlay.named("fill")).toHaveLength(4);
    expect(bench.overlay.named("arc")).toEqual([]);
    expect(lines().slice(0, 4)).toEqual([
      [124.5, 124.5, 424.5, 124.5],
      [124.5, 424.5, 424.5, 424.5],
      [124.5, 124.5, 124.5, 424.5],
      [424.5, 124.5, 424.5, 424.5],
    ]);
  });

  it.each([
    ["the first click", "e", []],
    ["the second click", "e", [[100, 250]]],
    ["a polygon", "p", []],
    ["a polygon's next corner", "p", [[100, 250]]],
  ] as const)("has a loupe while the pointer aims at %s, until it is switched off", (_, tool, before) => {
    bench.key(tool);
    bench.clicks(...before);
    bench.engine.view.change({ magnifier: true });
    bench.move(300, 200);
    bench.fake.frame();
    expect(bench.overlay.named("drawImage").at(-1)?.args.slice(1, 5)).toEqual([286, 186, 29, 29]);
    bench.overlay.clear();
    bench.engine.view.change({ magnifier: false });
    bench.fake.frame();
    expect(bench.overlay.named("drawImage")).toEqual([]);
  });

  it.each([
    ["dragged", () => (bench.down(100, 250), bench.move(300, 200))],
    ["nudged", () => (bench.key("."), bench.engine.nudgePoint(200, -50))],
  ])("has a loupe at a point that is %s", (_, move) => {
    bench.engine.view.change({ magnifier: true });
    bench.click(100, 250);
    move();
    bench.fake.frame();
    expect(bench.overlay.named("drawImage").at(-1)?.args.slice(1, 5)).toEqual([286, 186, 29, 29]);
  });

  it("has a loupe while points are placed, until pixels are large enough without", () => {
    bench.engine.view.change({ magnifier: true });
    bench.click(100, 250);
    bench.move(300, 200);
    bench.fake.frame();
    const loupe = bench.overlay.named("drawImage").at(-1);
    expect(loupe?.args.slice(1, 5)).toEqual([286, 186, 29, 29]);
    bench.overlay.clear();
    bench.engine.view.zoomTo(6);
    bench.fake.frame();
    expect(bench.overlay.named("drawImage")).toEqual([]);
  });

  it("outlines the hovered object in the select tool", () => {
    bench.engine.applyRemote({ upsert: [record("a")] });
    bench.engine.setTool("select");
    bench.fake.frame();
    bench.overlay.clear();
    bench.move(15, 25);
    bench.fake.frame();
    expect(bench.overlay.named("stroke").map(({ lineWidth, strokeStyle }) => [lineWidth, strokeStyle])).toEqual([
      [2.5, "#ffffff"],
    ]);
  });
});
