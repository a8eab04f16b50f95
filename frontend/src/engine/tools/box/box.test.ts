import { beforeEach, describe, expect, it } from "vitest";
import { TestBench } from "../../testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
  bench.key("r");
});

describe("box.idle", () => {
  it("asks with the middles of the four sides, as four clicks would", () => {
    expect(bench.status).toMatchObject({ tool: "box", state: "box.idle", hint: "box.idle" });
    bench.drag([100, 120], [200, 300]);
    expect(bench.requests).toHaveLength(1);
    expect(bench.request().points.map(({ x, y }) => [x, y])).toEqual([
      [100, 210],
      [150, 120],
      [200, 210],
      [150, 300],
    ]);
    expect(bench.points().map(([, , role]) => role)).toEqual(["left", "top", "right", "bottom"]);
    expect(bench.status).toMatchObject({ state: "box.idle", hint: "extreme.awaiting", awaiting: true });
  });

  it("asks the same whichever corner comes first, and keeps to the image", () => {
    bench.drag([1040, 300], [900, -20]);
    expect(bench.request().points.map(({ x, y }) => [x, y])).toEqual([
      [900, 150],
      [949.5, 0],
      [999, 150],
      [949.5, 300],
    ]);
  });

  it("accepts the mask with Space, and the next box can follow at once", () => {
    bench.drag([150, 150], [249, 249]);
    bench.answer();
    expect(bench.status.hint).toBe("extreme.reviewing");
    bench.key(" ");
    expect(bench.engine.objects()[0]).toMatchObject({ id: "id-2", proposalId: 71, labelId: 1 });
    expect(bench.status).toMatchObject({ tool: "box", hint: "box.idle", points: [] });
    bench.drag([400, 400], [500, 500]);
    expect(bench.requests).toHaveLength(2);
  });

  it("mends the mask with a click on its edge", () => {
    bench.drag([150, 150], [249, 249]);
    bench.answer();
    bench.click(150, 170);
    expect(bench.request()).toMatchObject({ parentProposalId: 71 });
    expect(bench.points().at(-1)).toEqual([150, 170, "correction"]);
    bench.engine.undo();
    expect(bench.points()).toHaveLength(4);
  });

  it("has the extreme tool's answer to a failure", () => {
    bench.drag([150, 150], [249, 249]);
    bench.fail();
    expect(bench.status.hint).toBe("extreme.failed");
    bench.key("Enter");
    expect(bench.requests).toHaveLength(2);
    bench.fail();
    bench.key("t");
    expect(bench.requests).toHaveLength(3);
  });

  it("drops what was asked for with Escape, and has then nothing to cancel", () => {
    bench.drag([150, 150], [249, 249]);
    expect(bench.key("Escape")).toBe(true);
    expect(bench.status).toMatchObject({ hint: "box.idle", points: [], awaiting: false });
    expect(bench.key("Escape")).toBe(false);
    bench.answer();
    expect(bench.status.proposal).toBeNull();
  });

  it("does not begin behind an object with fewer than four points", () => {
    bench.key("e");
    bench.clicks([100, 100], [200, 100]);
    bench.key("r");
    bench.drag([400, 400], [500, 500]);
    expect([bench.requests, bench.points().length, bench.status.hint]).toEqual([[], 2, "extreme.next"]);
  });

  it("takes no third object", () => {
    for (const x of [100, 300]) bench.drag([x, 100], [x + 50, 150]);
    bench.drag([500, 100], [550, 150]);
    expect([bench.requests.length, bench.status.hint, bench.status.queued]).toEqual([2, "extreme.queueFull", 1]);
  });

  it("asks nothing after a click, a line or while read-only", () => {
    bench.click(300, 300);
    expect(bench.status.hint).toBe("box.small");
    bench.drag([100, 100], [200, 100]);
    expect(bench.status.hint).toBe("box.small");
    bench.engine.setReadOnly(true);
    bench.drag([100, 100], [200, 200]);
    expect([bench.status.hint, bench.requests, bench.points()]).toEqual(["readOnly", [], []]);
  });
});

describe("box.dragging", () => {
  beforeEach(() => {
    bench.down(100, 100);
    bench.move(200, 200);
  });

  it("shows the box on the overlay alone", () => {
    expect(bench.status).toMatchObject({ state: "box.dragging", hint: "box.dragging" });
    bench.fake.frame();
    const before = bench.engine.stats();
    bench.overlay.clear();
    bench.move(210, 220);
    bench.fake.frame();
    expect(bench.engine.stats()).toEqual({ ...before, overlayPaints: before.overlayPaints + 1 });
    expect(bench.overlay.named("lineTo").map(({ args }) => args)).toContainEqual([234.5, 124.5]);
  });

  it.each([
    ["Escape", () => bench.key("Escape")],
    ["undo", () => bench.engine.undo()],
    ["a lost pointer", () => bench.input.pointerLost()],
    ["another tool", () => bench.engine.setTool("extreme")],
  ])("is dropped with %s: nothing is asked", (_, end) => {
    end();
    bench.up(200, 200);
    expect([bench.requests, bench.points()]).toEqual([[], []]);
    expect(bench.state).toMatch(/idle$/);
  });

  it("works with keys alone", () => {
    bench.key("Escape");
    bench.up(200, 200);
    bench.move(300, 300);
    bench.key("Enter");
    bench.key("ArrowRight", { shiftKey: true });
    bench.key("ArrowDown", { shiftKey: true });
    bench.key("Enter");
    expect(bench.request().points.map(({ x, y }) => [x, y])).toEqual([
      [300, 310],
      [310, 300],
      [320, 310],
      [310, 320],
    ]);
  });
});
