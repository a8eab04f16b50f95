import { beforeEach, describe, expect, it } from "vitest";
import { screenPoint } from "../geometry";
import { boxMask, record, TestBench } from "../testing/bench";
import type { FakeSurface } from "../testing/fakePlatform";
import type { ObjectRecord } from "../types";

let bench: TestBench;

function box(id: string, x: number, y: number, size = 20): ObjectRecord {
  return record(id, { mask: boxMask(x, y, size, size), bbox: [x, y, size, size], area: size * size });
}

/** The canvas that all objects are kept on: the only buffer as large as the view. */
function buffer(): FakeSurface {
  const found = bench.fake.buffers.find(({ width, height }) => width === 1048 && height === 848);
  if (found === undefined) throw new Error("nothing is buffered");
  return found;
}

/** Boxes of the masks tinted on the buffer, [x, y], in drawing order. */
function tinted(): unknown[] {
  return buffer()
    .named("drawImage")
    .filter(({ args }) => args.length === 5)
    .map(({ args }) => args.slice(1, 3));
}

/** Frames until nothing is asked for any more; at most so many that a loop without end is noticed. */
function settle(): number {
  for (let frames = 0; frames < 500; frames += 1) {
    if (bench.fake.waitingFrames === 0) return frames;
    bench.fake.frame();
  }
  throw new Error("it never comes to rest");
}

beforeEach(async () => {
  bench = await TestBench.open();
});

describe("objects", () => {
  it("are tinted at 45 % and outlined at 1.5 CSS pixels, in their label's colour, first ones first", () => {
    bench.engine.applyRemote({ upsert: [box("a", 100, 100), { ...box("b", 200, 100), labelId: 2 }] });
    settle();
    expect(tinted()).toEqual([
      [100, 100],
      [200, 100],
    ]);
    expect(
      buffer()
        .named("drawImage")
        .map(({ alpha }) => alpha),
    ).toEqual([0.45, 0.45]);
    expect(
      buffer()
        .named("stroke")
        .map(({ strokeStyle, lineWidth, alpha }) => [strokeStyle, lineWidth, alpha]),
    ).toEqual([
      ["#ff0000", 1.5, 1],
      ["#00ff00", 1.5, 1],
    ]);
  });

  it.each([0.5, 2, 16])("keep an outline of 1.5 CSS pixels at a zoom of %d", (zoom) => {
    bench.engine.applyRemote({ upsert: [box("a", 500, 400)] });
    bench.engine.view.zoomTo(zoom);
    settle();
    const stroke = buffer().named("stroke").at(-1);
    expect(stroke?.lineWidth).toBe(1.5 / zoom);
    expect(stroke?.transform[0]).toBe(zoom);
  });

  it("out of view are neither decoded nor drawn", () => {
    bench.engine.view.zoomTo(10);
    bench.engine.applyRemote({ upsert: [box("seen", 500, 400), box("unseen", 10, 10)] });
    settle();
    expect(tinted()).toEqual([[500, 400]]);
    expect(bench.fake.buffers.filter(({ width }) => width === 20)).toHaveLength(1);
  });

  it("already drawn are not drawn again when one more comes", () => {
    bench.engine.applyRemote({ upsert: [box("a", 100, 100)] });
    settle();
    buffer().clear();
    bench.engine.applyRemote({ upsert: [box("b", 200, 100)] });
    settle();
    expect(tinted()).toEqual([[200, 100]]);
    expect(buffer().named("clearRect")).toEqual([]);
  });

  it("are not drawn again for a proposal or another selection", () => {
    bench.engine.applyRemote({ upsert: [box("a", 100, 100), box("b", 200, 100)] });
    settle();
    buffer().clear();
    bench.four(500, 500);
    bench.answer();
    bench.engine.select("b");
    settle();
    expect(buffer().calls).toEqual([]);
  });

  it("are drawn anew only where one of them changes or goes, with whatever lies there", () => {
    bench.engine.applyRemote({ upsert: [box("a", 100, 100), box("b", 200, 100), box("c", 110, 110)] });
    settle();
    buffer().clear();
    bench.engine.select("a");
    bench.engine.relabelSelected(2);
    settle();
    expect(new Set(tinted().map(String))).toEqual(new Set(["100,100", "110,110"]));
    expect(
      buffer()
        .named("stroke")
        .slice(-2)
        .map(({ strokeStyle }) => strokeStyle),
    ).toEqual(["#00ff00", "#ff0000"]);
    expect(buffer().named("clearRect").at(-1)?.args).toEqual([120, 120, 28, 28]);
    buffer().clear();
    bench.engine.deleteSelected();
    settle();
    expect(tinted()).toEqual([[110, 110]]);
    buffer().clear();
    bench.engine.undo();
    settle();
    expect(tinted()).toEqual([
      [100, 100],
      [110, 110],
    ]);
  });

  it("are all drawn anew when many of them change at once", () => {
    const many = Array.from({ length: 20 }, (_, index) => box(`o${index}`, 30 * index, 100));
    bench.engine.applyRemote({ upsert: [...many, box("still", 700, 700)] });
    settle();
    buffer().clear();
    bench.engine.applyRemote({ upsert: many.map((one) => ({ ...one, labelId: 2 })) });
    settle();
    expect(tinted()).toHaveLength(21);
  });

  it("are drawn anew in a label's new colour", () => {
    bench.engine.applyRemote({ upsert: [box("a", 100, 100)] });
    settle();
    buffer().clear();
    bench.engine.setLabels([{ id: 1, name: "cat", color: "#123456" }]);
    settle();
    expect(
      buffer()
        .named("stroke")
        .map(({ strokeStyle }) => strokeStyle),
    ).toEqual(["#123456"]);
  });

  it("move with a pan; only those that come into view are drawn", () => {
    bench.engine.view.zoomTo(4);
    bench.engine.applyRemote({ upsert: [box("middle", 500, 400), box("left", 355, 400)] });
    settle();
    buffer().clear();
    bench.input.pointerDown(screenPoint(500, 500), "middle");
    bench.input.pointerMove(screenPoint(540, 510));
    bench.input.pointerUp(screenPoint(540, 510));
    settle();
    expect(buffer().named("drawImage")[0]?.args.slice(1)).toEqual([40, 10]);
    expect(
      buffer()
        .named("rect")
        .map(({ args }) => args),
    ).toEqual([
      [0, 0, 40, 848],
      [40, 0, 1008, 10],
    ]);
    expect(tinted()).toEqual([[355, 400]]);
  });

  it("come in portions when there are many, so that no frame takes long", () => {
    const many = Array.from({ length: 40 }, (_, at) => box(`o${at}`, 20 * at, 100, 10));
    bench.engine.applyRemote({ upsert: many });
    const slow = bench.fake;
    const createBuffer = slow.buffers.push.bind(slow.buffers);
    slow.buffers.push = (...items) => {
      slow.time += 3;
      return createBuffer(...items);
    };
    expect(settle()).toBe(14);
    expect(tinted()).toHaveLength(40);
  });

  it("in great number are stretched while one zooms, and drawn sharp once the view rests", () => {
    const many = Array.from({ length: 100 }, (_, at) => box(`o${at}`, 10 * at, 100, 8));
    bench.engine.applyRemote({ upsert: many });
    settle();
    buffer().clear();
    bench.engine.view.zoomBy(1.25, screenPoint(524, 130));
    bench.fake.frame();
    expect(buffer().calls).toEqual([]);
    const stretched = bench.layer(1).named("drawImage").at(-1);
    expect(stretched?.args.slice(3)).toEqual([1310, 1060]);
    bench.fake.time += 101;
    settle();
    expect(tinted().length).toBeGreaterThan(70);
  });
});

describe("the selected object", () => {
  it("has a stronger outline, light and dark, over all others", () => {
    bench.engine.applyRemote({ upsert: [box("a", 100, 100), box("b", 200, 100)] });
    bench.engine.select("a");
    settle();
    expect(
      bench
        .layer(1)
        .named("stroke")
        .slice(-3)
        .map(({ lineWidth, strokeStyle }) => [lineWidth, strokeStyle]),
    ).toEqual([
      [6.5, "rgba(0, 0, 0, 0.65)"],
      [4.5, "#ffffff"],
      [2.5, "#ff0000"],
    ]);
  });
});

describe("proposals", () => {
  function last(): { tint: number | undefined; color: unknown; width: number | undefined; alpha: number | undefined } {
    const layer = bench.layer(1);
    const stroke = layer.named("stroke").at(-1);
    return {
      tint: layer.named("drawImage").at(-1)?.alpha,
      color: stroke?.strokeStyle,
      width: stroke?.lineWidth,
      alpha: stroke?.alpha,
    };
  }

  beforeEach(() => {
    bench.four(200, 200);
  });

  it("are drawn in the accent at 45 % with an outline of 1.5 CSS pixels", () => {
    bench.answer();
    settle();
    expect(last()).toEqual({ tint: 0.45, color: "#00b4d8", width: 1.5, alpha: 1 });
  });

  it("of low predicted quality have an amber outline", () => {
    bench.answer({ score: 0.74 });
    settle();
    expect(last()).toEqual({ tint: 0.45, color: "#ffb000", width: 1.5, alpha: 1 });
  });

  it("fade while a newer mask is awaited", () => {
    bench.answer();
    bench.click(245, 245);
    settle();
    expect(last()).toEqual({ tint: 0.45 * 0.4, color: "#00b4d8", width: 1.5, alpha: 0.4 });
  });

  it("stand back while they wait for their turn", () => {
    bench.four(600, 500);
    bench.answer({ requestId: bench.request(0).requestId });
    bench.answer({ requestId: bench.request(1).requestId, mask: boxMask(550, 450, 100, 100) });
    settle();
    expect(last()).toEqual({ tint: 0.45 * 0.6, color: "#00b4d8", width: 1.5, alpha: 0.6 });
  });
});
