import { beforeEach, describe, expect, it } from "vitest";
import { boxMask, TestBench } from "../../testing/bench";

const MASK = boxMask(310, 160, 80, 120);

let bench: TestBench;

/** The pointer comes to rest there. */
function rest(x: number, y: number): void {
  bench.move(x, y);
  bench.fake.pass(70);
}

function dashes(): number {
  bench.overlay.clear();
  bench.engine.view.zoomBy(1);
  bench.fake.frame();
  return bench.overlay.named("setLineDash").filter(({ args }) => (args[0] as number[]).length > 0).length;
}

function askedFor(): number[][] {
  return bench.previews.map(({ points }) => [points.at(-1)?.x ?? NaN, points.at(-1)?.y ?? NaN]);
}

/** One object whose mask took so long, accepted, and three clicks for the next. */
async function placed(elapsedMs: number): Promise<void> {
  bench = await TestBench.open();
  bench.four(600, 600);
  bench.answer({ elapsedMs });
  bench.key(" ");
  bench.clicks([300, 200], [350, 150], [400, 200]);
}

describe("a preview", () => {
  beforeEach(() => placed(149));

  it("asks for the three points and the place where the pointer rests", () => {
    bench.move(340, 270);
    bench.fake.pass(69);
    bench.move(350, 280);
    bench.fake.pass(69);
    expect(bench.previews).toEqual([]);
    bench.fake.pass(1);
    expect(bench.previews.map(({ points }) => points)).toEqual([
      [
        { x: 300, y: 200, t: 0 },
        { x: 350, y: 150, t: 1000 },
        { x: 400, y: 200, t: 2000 },
        { x: 350, y: 280, t: 2139 },
      ],
    ]);
  });

  it("is a thin dashed outline on the overlay alone, and no proposal", () => {
    rest(350, 280);
    bench.fake.frame();
    const before = bench.engine.stats();
    bench.engine.deliverPreview(bench.previews[0]?.requestId ?? "", MASK);
    bench.fake.frame();
    expect(bench.engine.stats()).toEqual({ ...before, overlayPaints: before.overlayPaints + 1 });
    expect(dashes()).toBe(1);
    expect(bench.status).toMatchObject({ state: "extreme.placing", proposal: null, awaiting: false });
    expect(bench.key(" ")).toBe(true);
    expect(bench.status.objectCount).toBe(1);
  });

  it("has one question under way at most; the newest place is asked for next", () => {
    rest(350, 280);
    rest(352, 281);
    rest(355, 285);
    expect(askedFor()).toEqual([[350, 280]]);
    bench.engine.deliverPreview(bench.previews[0]?.requestId ?? "", MASK);
    bench.fake.pass(70);
    expect(askedFor()).toEqual([
      [350, 280],
      [355, 285],
    ]);
  });

  it("gives an unanswered question up after a second", () => {
    rest(350, 280);
    bench.fake.pass(930);
    rest(355, 285);
    bench.fake.pass(70);
    expect(askedFor()).toEqual([
      [350, 280],
      [355, 285],
    ]);
    bench.engine.deliverPreview(bench.previews[0]?.requestId ?? "", MASK);
    expect(dashes()).toBe(0);
  });

  it.each([
    ["the fourth click", () => bench.click(350, 280)],
    ["Backspace", () => bench.key("Backspace")],
    ["Escape", () => bench.key("Escape")],
    ["a dragged point", () => bench.drag([300, 200], [290, 200])],
    ["another tool", () => bench.key("v")],
    ["the pointer's leaving", () => bench.input.pointerLeft()],
    ["the switch", () => bench.engine.view.change({ preview: false })],
    ["the loss of the right to change anything", () => bench.engine.setReadOnly(true)],
  ])("is dropped with %s, and a late answer too", (_, happens) => {
    rest(350, 280);
    bench.engine.deliverPreview(bench.previews[0]?.requestId ?? "", MASK);
    rest(355, 285);
    expect(dashes()).toBe(1);
    happens();
    expect(dashes()).toBe(0);
    bench.engine.deliverPreview(bench.previews[1]?.requestId ?? "", MASK);
    expect(dashes()).toBe(0);
  });

  it("is none where the model finds none", () => {
    rest(350, 280);
    bench.engine.deliverPreview(bench.previews[0]?.requestId ?? "", null);
    expect(dashes()).toBe(0);
  });

  it("asks no more once an answer was late", () => {
    rest(350, 280);
    bench.fake.pass(151);
    bench.engine.deliverPreview(bench.previews[0]?.requestId ?? "", MASK);
    rest(355, 285);
    expect(bench.previews).toHaveLength(1);
  });

  it("is not asked for before the third click, nor outside the image", () => {
    bench.key("Backspace");
    rest(350, 280);
    bench.click(400, 200);
    bench.move(-20, 280);
    bench.fake.pass(200);
    expect(bench.previews).toEqual([]);
  });
});

describe("where masks are slow or were never measured", () => {
  it("nothing is asked", async () => {
    await placed(150);
    rest(350, 280);
    expect(bench.previews).toEqual([]);
    const fresh = await TestBench.open();
    fresh.clicks([300, 200], [350, 150], [400, 200]);
    fresh.move(350, 280);
    fresh.fake.pass(500);
    expect(fresh.previews).toEqual([]);
  });
});
