import { beforeEach, describe, expect, it } from "vitest";
import { screenPoint } from "../../geometry";
import { boxMask, record, TestBench } from "../../testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

describe("extreme.idle", () => {
  it("is where the engine begins", () => {
    expect(bench.status).toMatchObject({
      tool: "extreme",
      state: "extreme.idle",
      hint: "extreme.first",
      points: [],
      proposal: null,
      awaiting: false,
      queued: 0,
      currentLabelId: 1,
    });
  });

  it("begins an object with a click", () => {
    bench.click(100, 100);
    expect(bench.state).toBe("extreme.placing");
    expect(bench.points()).toEqual([[100, 100, "unknown"]]);
  });

  it("takes a press just outside the image for its border", () => {
    bench.input.pointerDown(screenPoint(16, 824 + 7), "primary");
    expect(bench.points()).toEqual([[0, 799, "unknown"]]);
  });

  it("ignores a press farther outside, with a hint that goes at the next press", () => {
    bench.input.pointerDown(screenPoint(5, 300), "primary");
    expect([bench.state, bench.status.hint]).toEqual(["extreme.idle", "extreme.outside"]);
    bench.click(100, 100);
    expect(bench.status.hint).toBe("extreme.next");
  });

  it("has nothing to cancel", () => {
    expect(bench.key("Escape")).toBe(false);
    expect(bench.state).toBe("extreme.idle");
  });

  it("lets Escape drop the selection", () => {
    bench.engine.applyRemote({ upsert: [record("a")] });
    bench.engine.select("a");
    expect(bench.key("Escape")).toBe(true);
    expect(bench.status.selection).toBeNull();
  });

  it("stays idle through an interrupt", () => {
    bench.input.pointerLost();
    expect(bench.state).toBe("extreme.idle");
  });

  it("drops an answer and a failure that nobody waits for", () => {
    bench.engine.deliverMask({
      requestId: "gone",
      proposalId: 1,
      mask: boxMask(0, 0, 5, 5),
      bbox: [0, 0, 5, 5],
      score: 1,
      elapsedMs: 1,
    });
    bench.fail("gone");
    expect(bench.status).toMatchObject({ state: "extreme.idle", proposal: null, failure: null });
  });

  it("has nothing to accept, to retry, to take back or to throw away", () => {
    bench.engine.accept();
    bench.engine.retry();
    bench.engine.removePoint();
    bench.engine.redoClicks();
    expect(bench.status).toMatchObject({ state: "extreme.idle", canUndo: false, objectCount: 0 });
    expect(bench.requests).toEqual([]);
  });

  it("undoes the last object", () => {
    bench.four(200, 200);
    bench.answer();
    bench.key(" ");
    expect(bench.status).toMatchObject({ state: "extreme.idle", canUndo: true, objectCount: 1 });
    expect(bench.key("z", { ctrlKey: true })).toBe(true);
    expect(bench.status).toMatchObject({ canUndo: false, canRedo: true, objectCount: 0 });
    bench.key("Z", { ctrlKey: true, shiftKey: true });
    expect(bench.status.objectCount).toBe(1);
  });

  it("takes no click while read-only, and says why", () => {
    bench.engine.setReadOnly(true);
    bench.click(100, 100);
    expect(bench.status).toMatchObject({ state: "extreme.idle", hint: "readOnly", points: [] });
  });
});
