import { beforeEach, describe, expect, it } from "vitest";
import { Engine } from "./engine";
import { imagePoint, screenPoint } from "./geometry";
import { FakePlatform } from "./testing/fakePlatform";
import { boxMask, IMAGE, keyInput, record, TestBench } from "./testing/bench";
import type { MaskRequest } from "./types";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

describe("opening an image", () => {
  function empty(): { engine: Engine; fake: FakePlatform } {
    const fake = new FakePlatform();
    fake.pictures.set("/one", IMAGE);
    fake.pictures.set("/two", { width: 500, height: 500 });
    const engine = new Engine({ host: {} as HTMLElement, requestMask: () => {}, platform: fake.platform() });
    return { engine, fake };
  }

  it("says what it waits for, and fits the image", async () => {
    const { engine } = empty();
    expect(engine.status()).toMatchObject({ image: "none", hint: "image.none", zoom: 64 });
    const loading = engine.loadImage({ url: "/one", ...IMAGE });
    expect(engine.status()).toMatchObject({ image: "loading", hint: "image.loading", zoom: 1 });
    await loading;
    expect(engine.status()).toMatchObject({ image: "ready", hint: "extreme.first" });
  });

  it("takes no click before the image is there", () => {
    const { engine, fake } = empty();
    void engine.loadImage({ url: "/one", ...IMAGE });
    fake.listener?.pointerDown(screenPoint(300, 300), "primary");
    expect(engine.status()).toMatchObject({ state: "extreme.idle", points: [] });
  });

  it("keeps objects that came before the first image", async () => {
    const { engine } = empty();
    engine.applyRemote({ upsert: [record("a")] });
    await engine.loadImage({ url: "/one", ...IMAGE });
    expect(engine.status().objectCount).toBe(1);
  });

  it("rejects a file that cannot be read, and can be asked again", async () => {
    const { engine, fake } = empty();
    fake.pictures.set("/one", new Error("not an image"));
    await expect(engine.loadImage({ url: "/one", ...IMAGE })).rejects.toThrow("not an image");
    expect(engine.status()).toMatchObject({ image: "failed", hint: "image.failed" });
    fake.pictures.set("/one", IMAGE);
    await engine.loadImage({ url: "/one", ...IMAGE });
    expect(engine.status().image).toBe("ready");
  });

  it("rejects an image of another size, whose clicks would mean other places", async () => {
    const { engine, fake } = empty();
    await expect(engine.loadImage({ url: "/two", ...IMAGE })).rejects.toThrow(
      "The image file is 500 x 500 instead of 1000 x 800 pixels.",
    );
    expect(engine.status().image).toBe("failed");
    expect(fake.releasedPictures).toEqual(["/two"]);
  });

  it("forgets clicks, objects and history of the image before, and tells it as nobody's edit", async () => {
    bench.four(200, 200);
    bench.answer();
    bench.key(" ");
    bench.click(500, 500);
    bench.diffs.length = 0;
    bench.fake.pictures.set("/next", { width: 640, height: 480 });
    const loading = bench.engine.loadImage({ url: "/next", width: 640, height: 480 });
    expect(bench.status).toMatchObject({ state: "extreme.idle", objectCount: 0, points: [], canUndo: false });
    expect(bench.diffs.map(({ source, diff }) => [source, Object.keys(diff.removed)])).toEqual([["remote", ["id-2"]]]);
    await loading;
    expect(bench.fake.releasedPictures).toEqual(["/image"]);
    bench.engine.undo();
    expect(bench.status.objectCount).toBe(0);
  });

  it("shows the newest image when two are asked for at once", async () => {
    const { engine, fake } = empty();
    const first = engine.loadImage({ url: "/one", ...IMAGE });
    const second = engine.loadImage({ url: "/two", width: 500, height: 500 });
    await Promise.all([first, second]);
    expect(fake.releasedPictures).toEqual(["/one"]);
    expect(engine.status()).toMatchObject({ image: "ready", zoom: 1.6 });
  });
});

describe("painting", () => {
  it("repaints only the overlay when the pointer moves, once a frame", () => {
    bench.engine.applyRemote({ upsert: [record("a")] });
    bench.clicks([100, 100], [200, 50]);
    bench.fake.frame();
    const before = bench.engine.stats();
    for (let frame = 0; frame < 5; frame += 1) {
      for (let move = 0; move < 10; move += 1) bench.move(300 + move, 300 + frame);
      bench.fake.frame();
    }
    expect(bench.engine.stats()).toEqual({ ...before, overlayPaints: before.overlayPaints + 5 });
  });

  it("repaints only the overlay while a point is dragged", () => {
    bench.clicks([100, 100], [200, 50]);
    bench.down(100, 100);
    bench.fake.frame();
    const before = bench.engine.stats();
    bench.move(120, 130);
    bench.fake.frame();
    expect(bench.engine.stats()).toEqual({ ...before, overlayPaints: before.overlayPaints + 1 });
  });

  it("does not repaint the image when a mask comes", () => {
    bench.four(200, 200);
    bench.fake.frame();
    const before = bench.engine.stats();
    bench.answer();
    bench.fake.frame();
    expect(bench.engine.stats()).toEqual({
      imagePaints: before.imagePaints,
      maskPaints: before.maskPaints + 1,
      strokePaints: before.strokePaints,
      overlayPaints: before.overlayPaints + 1,
    });
  });

  it("asks for no frame when nothing happens", () => {
    bench.fake.frame();
    expect(bench.fake.waitingFrames).toBe(0);
  });

  it("makes its canvases as large as the screen's own pixels", () => {
    bench.input.resized(640, 480, 2);
    expect(bench.fake.layers.map(({ width, height }) => [width, height])).toEqual([
      [1280, 960],
      [1280, 960],
      [1280, 960],
      [1280, 960],
    ]);
  });
});

describe("status", () => {
  it("is the same object until something changes", () => {
    const before = bench.status;
    expect(bench.status).toBe(before);
    bench.click(100, 100);
    expect(bench.status).not.toBe(before);
  });

  it("is told at once for clicks and answers, and with the next frame for pointer moves", () => {
    bench.statuses.length = 0;
    bench.move(100, 100);
    bench.move(101, 100);
    expect(bench.statuses).toEqual([]);
    bench.fake.frame();
    expect(bench.statuses.map(({ pointer }) => pointer)).toEqual([{ x: 101, y: 100 }]);
    bench.down(101, 100);
    expect(bench.statuses).toHaveLength(2);
    expect(bench.statuses[1]).toBe(bench.status);
  });

  it("has no pointer outside the image", () => {
    bench.input.pointerMove(screenPoint(10, 10));
    expect(bench.status.pointer).toBeNull();
    bench.move(3, 3);
    bench.input.pointerLeft();
    expect(bench.status.pointer).toBeNull();
  });

  it("is not told to those who have left", () => {
    const heard: unknown[] = [];
    const leave = bench.engine.onStatus((status) => void heard.push(status));
    leave();
    bench.click(100, 100);
    expect(heard).toEqual([]);
  });
});

describe("labels", () => {
  it("begin with the first one and keep the chosen one as long as it exists", () => {
    expect(bench.status.currentLabelId).toBe(1);
    bench.engine.setCurrentLabel(2);
    bench.engine.setLabels([
      { id: 3, name: "dog", color: "#0000ff" },
      { id: 2, name: "cup", color: "#00ff00" },
    ]);
    expect(bench.status.currentLabelId).toBe(2);
    bench.engine.setLabels([{ id: 3, name: "dog", color: "#0000ff" }]);
    expect(bench.status.currentLabelId).toBe(3);
    bench.engine.setLabels([]);
    expect(bench.status.currentLabelId).toBeNull();
  });

  it("are chosen by digit, also in the middle of clicking", () => {
    bench.click(100, 100);
    expect(bench.key("2")).toBe(true);
    expect(bench.key("3")).toBe(false);
    expect(bench.status).toMatchObject({ currentLabelId: 2, state: "extreme.placing" });
  });
});

describe("zoom", () => {
  it("follows the wheel at the cursor", () => {
    const at = screenPoint(300, 200);
    const under = bench.engine.view.imageOf(at);
    bench.input.wheel(at, -100, false, false);
    expect(bench.status.zoom).toBeCloseTo(Math.exp(0.18), 10);
    expect(bench.engine.view.imageOf(at).x).toBeCloseTo(under.x, 8);
    expect(bench.engine.view.imageOf(at).y).toBeCloseTo(under.y, 8);
    bench.input.wheel(at, 100, false, false);
    expect(bench.status.zoom).toBeCloseTo(1, 10);
  });

  it("has keys and buttons", () => {
    bench.key("+");
    expect(bench.status.zoom).toBe(1.25);
    bench.key("-");
    expect(bench.status.zoom).toBe(1);
    bench.engine.view.zoomTo(4);
    bench.engine.view.zoomBy(2, screenPoint(24, 24));
    expect(bench.status.zoom).toBe(8);
    bench.key("0");
    expect(bench.status.zoom).toBe(1);
  });

  it("keeps the pointer's image point true while the image moves under it", () => {
    bench.input.pointerMove(screenPoint(524.5, 424.5));
    bench.engine.view.zoomTo(2);
    expect(bench.status.pointer).toEqual(bench.engine.view.imageOf(screenPoint(524.5, 424.5)));
  });
});

describe("keys", () => {
  it("stop the browser's own action only when the engine has used them", () => {
    const used = keyInput("2");
    expect([bench.engine.handleKey(used), used.prevented]).toEqual([true, 1]);
    for (const other of [keyInput("q"), keyInput("Delete"), keyInput(".")]) {
      expect([bench.engine.handleKey(other), other.prevented]).toEqual([false, 0]);
    }
  });

  it("are left to text fields", () => {
    const typed = keyInput("2", { target: { tagName: "INPUT" } });
    expect(bench.engine.handleKey(typed)).toBe(false);
    expect(bench.status.currentLabelId).toBe(1);
  });

  it("are not taken for something else when they go up", () => {
    expect(bench.engine.handleKey(keyInput("2", { type: "keyup" }))).toBe(false);
    expect(bench.engine.handleKey(keyInput(" ", { type: "keyup" }))).toBe(false);
    expect(bench.status.currentLabelId).toBe(1);
  });
});

describe("destroy", () => {
  it("stops listening, painting and telling, and gives memory back", () => {
    bench.engine.applyRemote({ upsert: [record("a")] });
    bench.fake.frame();
    bench.engine.destroy();
    const told = bench.statuses.length;
    bench.engine.view.zoomTo(3);
    bench.fake.frame();
    expect(bench.fake.listener).toBeNull();
    expect(bench.fake.waitingFrames).toBe(0);
    expect(bench.statuses).toHaveLength(told);
    expect(bench.fake.destroyed).toBe(true);
    expect(bench.fake.releasedPictures).toEqual(["/image"]);
    expect([...bench.fake.layers, ...bench.fake.buffers].every(({ released }) => released)).toBe(true);
  });

  it("does not show an image that arrives afterwards", async () => {
    const fake = new FakePlatform();
    fake.pictures.set("/one", IMAGE);
    const engine = new Engine({ host: {} as HTMLElement, requestMask: () => {}, platform: fake.platform() });
    const loading = engine.loadImage({ url: "/one", ...IMAGE });
    engine.destroy();
    await loading;
    expect(fake.releasedPictures).toEqual(["/one"]);
  });
});

describe("an app that answers within the request", () => {
  it("goes straight to review", async () => {
    const fake = new FakePlatform();
    fake.pictures.set("/one", IMAGE);
    const requests: MaskRequest[] = [];
    const engine: Engine = new Engine({
      host: {} as HTMLElement,
      platform: fake.platform(),
      now: () => 5,
      newId: () => `r${requests.length}`,
      requestMask: (request) => {
        requests.push(request);
        const { requestId } = request;
        engine.deliverMask({
          requestId,
          proposalId: 1,
          mask: boxMask(1, 1, 9, 9),
          bbox: [1, 1, 9, 9],
          score: 1,
          elapsedMs: 0,
        });
      },
    });
    await engine.loadImage({ url: "/one", ...IMAGE });
    for (const [x, y] of [
      [100, 200],
      [200, 100],
      [300, 200],
      [200, 300],
    ] as const) {
      const at = engine.view.screenOf(imagePoint(x, y));
      fake.listener?.pointerDown(at, "primary");
      fake.listener?.pointerUp(at);
    }
    expect(engine.status()).toMatchObject({ state: "extreme.reviewing", proposal: { area: 81 } });
    expect(requests[0]?.points.map(({ t }) => t)).toEqual([0, 0, 0, 0]);
  });
});

describe("laying things over the canvas", () => {
  it("tells before each painted frame, until one no longer listens", () => {
    const seen: number[] = [];
    const stop = bench.engine.view.onFrame(() => seen.push(bench.engine.view.screenOf(imagePoint(0, 0)).x));
    bench.fake.frame();
    const still = seen.length;
    bench.engine.view.zoomBy(2, screenPoint(24, 24));
    bench.fake.frame();
    expect(seen).toHaveLength(still + 1);
    expect(seen.at(-1)).toBe(bench.engine.view.screenOf(imagePoint(0, 0)).x);
    stop();
    bench.engine.view.zoomBy(2);
    bench.fake.frame();
    expect(seen).toHaveLength(still + 1);
  });
});
