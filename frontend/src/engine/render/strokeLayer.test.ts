import { beforeEach, describe, expect, it } from "vitest";
import { imagePoint } from "../geometry";
import { boxMask, record, TestBench } from "../testing/bench";
import type { FakeSurface } from "../testing/fakePlatform";
import type { PaintStats } from "../types";

let bench: TestBench;

function boxRecord(id: string, x: number, y: number, width: number, height: number): ReturnType<typeof record> {
  return record(id, { mask: boxMask(x, y, width, height), bbox: [x, y, width, height], area: width * height });
}

/** Paints what is due and tells how often each layer was painted by it. */
function painted(): number[] {
  const before = bench.engine.stats();
  bench.fake.frame();
  const after = bench.engine.stats();
  const names: (keyof PaintStats)[] = ["imagePaints", "maskPaints", "strokePaints", "overlayPaints"];
  return names.map((name) => after[name] - before[name]);
}

function stroke(): FakeSurface {
  return bench.layer(2);
}

function wiped(): unknown[] {
  return stroke().named("clearRect").map(({ args }) => args);
}

beforeEach(async () => {
  bench = await TestBench.open();
  bench.engine.applyRemote({ upsert: [boxRecord("a", 100, 100, 400, 400), boxRecord("b", 700, 100, 50, 50)] });
  bench.key("b");
  bench.engine.setBrushSize(21);
  bench.move(50, 50);
  while (bench.fake.waitingFrames > 0) bench.fake.frame();
});

describe("moving the brush", () => {
  it("without painting repaints the overlay alone", () => {
    bench.move(60, 60);
    expect(painted()).toEqual([0, 0, 0, 1]);
  });

  it("while painting repaints the stroke and the overlay, never the image or the masks", () => {
    bench.down(600, 300);
    bench.fake.frame();
    for (let x = 610; x < 700; x += 10) {
      bench.move(x, 300);
      expect(painted()).toEqual([0, 0, 1, 1]);
    }
  });

  it("within the same pixel repaints the overlay alone", () => {
    bench.down(600, 300);
    bench.fake.frame();
    bench.move(600.3, 299.8);
    expect(painted()).toEqual([0, 0, 0, 1]);
  });
});

describe("a stroke", () => {
  it("redraws no more than what a move changed, with what its outline reaches over", () => {
    bench.down(600, 300);
    bench.fake.frame();
    stroke().clear();
    bench.move(640, 300);
    bench.fake.frame();
    // Pixels 590 to 650 and 290 to 310 are 24 to the right and below; 7.5 more on each side.
    expect(wiped()).toEqual([[606, 306, 77, 37]]);
    const drawn = stroke().named("drawImage").map(({ args }) => args.slice(1));
    expect(drawn).toEqual([[0, 0, 63, 23, 589, 289, 63, 23]]);
  });

  it("costs the same however long it is and however large its object", () => {
    bench.engine.select("a");
    bench.down(300, 300);
    bench.fake.frame();
    const cells: number[] = [];
    for (let step = 1; step <= 40; step += 1) {
      stroke().clear();
      bench.move(300 + 5 * step, 300);
      bench.fake.frame();
      const [, , , width = 0, height = 0] = (stroke().named("drawImage")[0]?.args ?? []) as number[];
      cells.push(width * height);
    }
    expect(Math.max(...cells)).toBeLessThan(3500);
  });

  it("stands in for its object, which the masks leave out until it ends", () => {
    bench.engine.select("a");
    while (bench.fake.waitingFrames > 0) bench.fake.frame();
    stroke().clear();
    bench.down(300, 300);
    expect(painted()).toEqual([0, 1, 1, 1]);
    expect(stroke().named("drawImage").map(({ args }) => args.slice(1))).toEqual([[0, 0, 402, 402, 99, 99, 402, 402]]);
    bench.up(300, 300);
    stroke().clear();
    bench.fake.frame();
    expect(wiped()).toEqual([[0, 0, 1048, 848]]);
    expect(stroke().named("drawImage")).toEqual([]);
  });

  it("is drawn whole again after zooming and after the view's size has changed", () => {
    bench.down(600, 300);
    bench.fake.frame();
    bench.engine.view.zoomTo(2);
    stroke().clear();
    expect(painted()).toEqual([1, 1, 1, 1]);
    expect([wiped().length > 0, stroke().named("drawImage").length]).toEqual([true, 1]);
    bench.input.resized(1048, 848, 2);
    expect(painted()).toEqual([1, 1, 1, 1]);
  });

  it("is not drawn where it is out of view", () => {
    bench.engine.view.zoomTo(8);
    bench.fake.frame();
    bench.down(900, 700);
    stroke().clear();
    bench.fake.frame();
    expect(stroke().calls).toEqual([]);
  });

  it("leaves an empty canvas when it is taken back", () => {
    bench.down(600, 300);
    bench.fake.frame();
    bench.key("Escape");
    stroke().clear();
    bench.fake.frame();
    expect(stroke().calls.map(({ name }) => name)).toEqual(["setTransform", "clearRect"]);
  });
});

describe("the ring", () => {
  it("is as large as the brush and stands on the pixel that would be painted", () => {
    bench.engine.view.zoomTo(2);
    bench.move(60.4, 59.7);
    bench.overlay.clear();
    bench.fake.frame();
    const at = bench.engine.view.screenOf(imagePoint(60, 60));
    expect(bench.overlay.named("arc").map(({ args }) => args.slice(0, 3))).toEqual([
      [at.x, at.y, 21],
      [at.x, at.y, 21],
    ]);
  });

  it.each([
    ["while read-only", () => bench.engine.setReadOnly(true)],
    ["with another tool", () => bench.key("v")],
    ["when the pointer has left", () => bench.input.pointerLeft()],
  ])("is not there %s", (_, change) => {
    change();
    bench.overlay.clear();
    bench.fake.frame();
    expect(bench.overlay.named("arc")).toEqual([]);
  });
});
