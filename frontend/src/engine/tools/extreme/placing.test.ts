import { beforeEach, describe, expect, it } from "vitest";
import { TestBench } from "../../testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

describe("extreme.placing", () => {
  it("asks for a mask at the fourth click, with points in clicking order and their times", () => {
    bench.clicks([100, 250], [250, 100]);
    bench.fake.time += 500;
    bench.clicks([400, 250], [250, 400]);
    expect(bench.state).toBe("extreme.awaitingMask");
    expect(bench.requests).toEqual([
      {
        requestId: "id-1",
        parentProposalId: null,
        points: [
          { x: 100, y: 250, t: 0 },
          { x: 250, y: 100, t: 1000 },
          { x: 400, y: 250, t: 2500 },
          { x: 250, y: 400, t: 3500 },
        ],
      },
    ]);
  });

  it("knows no roles before the fourth point and all of them then, whatever the order", () => {
    bench.clicks([250, 400], [400, 250], [250, 100]);
    expect(bench.points().map(([, , role]) => role)).toEqual(["unknown", "unknown", "unknown"]);
    bench.click(100, 250);
    expect(bench.points().map(([, , role]) => role)).toEqual(["bottom", "right", "top", "left"]);
  });

  it("sends points in hundredths of a pixel", () => {
    bench.engine.view.zoomTo(3);
    bench.clicks([500.123, 400], [520, 380], [540, 400], [520, 420.456]);
    expect(bench.request().points.map(({ x, y }) => [x, y])).toEqual([
      [500.12, 400],
      [520, 380],
      [540, 400],
      [520, 420.46],
    ]);
  });

  it("takes points back one by one, with Backspace and with undo, and puts them in again with redo", () => {
    bench.clicks([100, 250], [250, 100], [400, 250]);
    bench.key("Backspace");
    bench.key("z", { ctrlKey: true });
    expect(bench.points()).toEqual([[100, 250, "unknown"]]);
    expect(bench.status.canRedo).toBe(true);
    bench.key("y", { ctrlKey: true });
    expect(bench.points()).toEqual([
      [100, 250, "unknown"],
      [250, 100, "unknown"],
    ]);
    bench.engine.undo();
    bench.engine.undo();
    expect(bench.state).toBe("extreme.idle");
    bench.engine.redo();
    expect([bench.state, bench.points()]).toEqual(["extreme.placing", [[100, 250, "unknown"]]]);
  });

  it("keeps the times of points that were taken back and put in again", () => {
    bench.clicks([100, 250], [250, 100], [400, 250]);
    bench.engine.undo();
    bench.engine.redo();
    bench.click(250, 400);
    expect(bench.request().points.map(({ t }) => t)).toEqual([0, 1000, 2000, 3000]);
  });

  it("forgets points taken back once another one is placed", () => {
    bench.clicks([100, 250], [250, 100]);
    bench.engine.undo();
    bench.click(300, 120);
    expect(bench.status.canRedo).toBe(false);
    bench.engine.redo();
    expect(bench.points()).toHaveLength(2);
  });

  it("undoes points only, not the object before them", () => {
    bench.four(200, 200);
    bench.answer();
    bench.engine.accept();
    bench.click(600, 600);
    bench.engine.undo();
    expect(bench.status).toMatchObject({ state: "extreme.idle", objectCount: 1 });
    bench.engine.undo();
    expect(bench.status.objectCount).toBe(0);
  });

  it.each(["Escape", "t"])("throws all points away with %s", (key) => {
    bench.clicks([100, 250], [250, 100]);
    expect(bench.key(key)).toBe(true);
    expect(bench.status).toMatchObject({ state: "extreme.idle", points: [], canRedo: false });
    expect(bench.requests).toEqual([]);
  });

  it("keeps its points through a lost pointer and through another tool", () => {
    bench.clicks([100, 250], [250, 100]);
    bench.input.pointerLost();
    expect(bench.state).toBe("extreme.placing");
    bench.key("h");
    expect(bench.state).toBe("pan.idle");
    bench.drag([500, 500], [520, 500]);
    bench.key("e");
    expect([bench.state, bench.points().length]).toEqual(["extreme.placing", 2]);
  });

  it("drops an answer that nobody waits for", () => {
    bench.four(200, 200);
    const stale = bench.request().requestId;
    bench.key("Escape");
    bench.click(500, 500);
    bench.answer({ requestId: stale });
    expect(bench.status).toMatchObject({ state: "extreme.placing", proposal: null });
    expect(bench.points()).toEqual([[500, 500, "unknown"]]);
  });

  it("ignores the second half of a double click, but takes a corner that is extreme twice", () => {
    bench.click(100, 100);
    bench.fake.time += 100;
    bench.down(100, 100);
    bench.up(100, 100);
    expect(bench.points()).toHaveLength(1);
    bench.click(100, 100);
    expect(bench.points()).toEqual([
      [100, 100, "unknown"],
      [100, 100, "unknown"],
    ]);
  });

  it("takes nothing while read-only", () => {
    bench.clicks([100, 250], [250, 100]);
    bench.engine.setReadOnly(true);
    bench.click(400, 250);
    bench.key("Backspace");
    bench.key("z", { ctrlKey: true });
    expect(bench.status).toMatchObject({ hint: "readOnly", canUndo: false });
    expect(bench.points()).toHaveLength(2);
    bench.engine.setReadOnly(false);
    bench.click(400, 250);
    expect(bench.points()).toHaveLength(3);
  });
});
