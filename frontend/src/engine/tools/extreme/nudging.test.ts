import { beforeEach, describe, expect, it } from "vitest";
import { TestBench } from "../../testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

describe("labelling by keyboard alone", () => {
  it("moves a cursor with the arrows, from the middle of the view, and places points with Enter", () => {
    bench.input.pointerLeft();
    bench.key("ArrowRight");
    bench.key("ArrowUp", { shiftKey: true });
    expect(bench.status.pointer).toEqual({ x: 501, y: 380 });
    bench.key("Enter");
    bench.key("ArrowDown", { shiftKey: true });
    bench.key("Enter");
    expect(bench.points()).toEqual([
      [501, 380, "unknown"],
      [501, 400, "unknown"],
    ]);
  });

  it("makes, accepts and undoes an object", () => {
    for (const [dx, dy] of [
      [-100, 0],
      [100, -100],
      [100, 100],
      [-100, 100],
    ] as const) {
      bench.fake.time += 1000;
      bench.engine.nudgePoint(dx, dy);
      bench.engine.placePointAtCursor();
    }
    expect(bench.state).toBe("extreme.awaitingMask");
    expect(bench.points().map(([, , role]) => role)).toEqual(["left", "top", "right", "bottom"]);
    bench.answer();
    bench.key(" ");
    expect(bench.status.objectCount).toBe(1);
  });

  it("keeps the cursor in the image and in view", () => {
    bench.engine.view.zoomTo(8);
    bench.engine.nudgePoint(-5000, -5000);
    expect(bench.status.pointer).toEqual({ x: 0, y: 0 });
    expect(bench.engine.view.screenOf({ x: 0, y: 0 } as never)).toEqual({ x: 48, y: 48 });
  });

  it("gives the cursor back to the mouse as soon as that moves", () => {
    bench.engine.nudgePoint(10, 10);
    bench.move(33, 44);
    expect(bench.status.pointer).toEqual({ x: 33, y: 44 });
  });

  it("has no cursor to place a point at before the first arrow", () => {
    bench.input.pointerLeft();
    bench.key("Enter");
    expect(bench.state).toBe("extreme.idle");
  });
});

describe("extreme.nudging", () => {
  beforeEach(() => {
    bench.four(200, 200);
    bench.answer();
    bench.key(".");
  });

  it("holds the first point, then the next ones, round and round", () => {
    expect(bench.status).toMatchObject({ state: "extreme.nudging", hint: "extreme.nudging", activePoint: 0 });
    bench.key(",");
    expect(bench.status.activePoint).toBe(3);
    bench.key(".");
    bench.key(".");
    expect(bench.status.activePoint).toBe(1);
    expect(bench.requests).toHaveLength(1);
  });

  it("moves the point with the arrows and asks anew when Enter drops it", () => {
    bench.key("ArrowLeft", { shiftKey: true });
    bench.key("ArrowDown");
    expect(bench.points()[0]).toEqual([130, 201, "left"]);
    expect(bench.requests).toHaveLength(1);
    bench.key("Enter");
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", activePoint: null });
    expect(bench.request().points[0]).toMatchObject({ x: 130, y: 201 });
  });

  it("drops with Space and does not accept", () => {
    bench.key("ArrowLeft");
    bench.key(" ");
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", objectCount: 0 });
  });

  it("drops a moved point before it takes the next one", () => {
    bench.key("ArrowLeft");
    bench.key(".");
    expect(bench.requests).toHaveLength(2);
    expect(bench.status).toMatchObject({ state: "extreme.nudging", activePoint: 1, awaiting: true });
  });

  it.each([
    ["Escape", () => bench.key("Escape")],
    ["undo", () => bench.engine.undo()],
    ["Backspace", () => bench.key("Backspace")],
    ["a lost pointer", () => bench.input.pointerLost()],
  ])("puts the point back with %s", (_, end) => {
    bench.key("ArrowLeft");
    end();
    expect(bench.state).toBe("extreme.reviewing");
    expect(bench.points()[0]).toEqual([150, 200, "left"]);
    expect(bench.requests).toHaveLength(1);
  });

  it("puts the point back when another tool is taken", () => {
    bench.key("ArrowLeft");
    bench.engine.setTool("select");
    expect(bench.points()[0]).toEqual([150, 200, "left"]);
  });

  it("lets a press take over: the point is dropped, the press means what it means", () => {
    bench.key("ArrowLeft");
    bench.click(700, 600);
    expect(bench.requests).toHaveLength(2);
    expect(bench.status).toMatchObject({ state: "extreme.placing", queued: 1, awaiting: true });
  });

  it("takes an answer in the middle without letting go", () => {
    bench.key("ArrowLeft");
    bench.key(".");
    bench.answer({ proposalId: 99 });
    expect(bench.status).toMatchObject({ state: "extreme.nudging", proposal: { proposalId: 99 } });
  });

  it("keeps the point in the image", () => {
    bench.engine.nudgePoint(-5000, 0);
    expect(bench.points()[0]).toEqual([0, 200, "left"]);
  });

  it("has nothing to hold without points, or while read-only", () => {
    bench.key("Escape");
    bench.key("Escape");
    expect(bench.key(".")).toBe(false);
    bench.click(100, 100);
    bench.engine.setReadOnly(true);
    bench.key(".");
    expect(bench.status).toMatchObject({ activePoint: null, hint: "readOnly" });
  });
});
