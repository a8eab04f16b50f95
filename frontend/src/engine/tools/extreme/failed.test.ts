import { beforeEach, describe, expect, it } from "vitest";
import { TestBench } from "../../testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
  bench.four(200, 200);
  bench.fail();
});

describe("extreme.failed", () => {
  it("keeps the points and tells what happened", () => {
    expect(bench.status).toMatchObject({
      state: "extreme.failed",
      hint: "extreme.failed",
      awaiting: false,
      failure: { code: "segmentation_timeout", message: "The mask took too long." },
    });
    expect(bench.points()).toHaveLength(4);
  });

  it.each(["t", "T", "Enter"])("asks again with %s: same points, new id", (key) => {
    expect(bench.key(key)).toBe(true);
    expect(bench.requests).toHaveLength(2);
    expect(bench.request().points).toEqual(bench.request(0).points);
    expect(bench.request().requestId).not.toBe(bench.request(0).requestId);
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", failure: null });
    bench.answer();
    expect(bench.state).toBe("extreme.reviewing");
  });

  it("asks again by button, also while another tool is in hand", () => {
    bench.engine.setTool("select");
    bench.engine.retry();
    bench.engine.setTool("extreme");
    expect([bench.state, bench.requests.length]).toEqual(["extreme.awaitingMask", 2]);
  });

  it("drops the answer that comes after all", () => {
    bench.answer({ requestId: bench.request(0).requestId });
    expect(bench.status).toMatchObject({ state: "extreme.failed", proposal: null });
  });

  it("asks again when a point is moved", () => {
    bench.drag([250, 200], [260, 200]);
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", failure: null });
    expect(bench.request().points[2]).toMatchObject({ x: 260, y: 200 });
  });

  it("goes back to placing when the last point is taken back", () => {
    bench.engine.undo();
    expect(bench.status).toMatchObject({ state: "extreme.placing", failure: null });
  });

  it("is over with Escape, and with the button that starts again", () => {
    bench.key("Escape");
    expect(bench.status).toMatchObject({ state: "extreme.idle", failure: null, points: [] });
    bench.four(200, 200);
    bench.fail();
    bench.engine.redoClicks();
    expect(bench.status).toMatchObject({ state: "extreme.idle", failure: null, points: [] });
  });

  it("gives up the failed object with Escape, not the one clicked ahead", () => {
    bench.four(600, 500);
    expect(bench.state).toBe("extreme.failed");
    bench.key("Escape");
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", queued: 0, failure: null });
    expect(bench.points()[0]).toEqual([550, 500, "left"]);
  });

  it("accepts nothing", () => {
    bench.key(" ");
    expect(bench.status).toMatchObject({ state: "extreme.failed", objectCount: 0 });
  });

  it("stays through an interrupt", () => {
    bench.input.pointerLost();
    bench.engine.setTool("pan");
    bench.engine.setTool("extreme");
    expect(bench.state).toBe("extreme.failed");
  });

  it("does not stop the next object from being clicked", () => {
    bench.clicks([600, 500], [650, 450]);
    expect(bench.status).toMatchObject({
      state: "extreme.placing",
      queued: 1,
      failure: { code: "segmentation_timeout" },
    });
  });

  it("cannot be retried while read-only", () => {
    bench.engine.setReadOnly(true);
    bench.engine.retry();
    expect(bench.status).toMatchObject({ state: "extreme.failed", hint: "readOnly" });
    expect(bench.requests).toHaveLength(1);
  });
});

describe("a correction that failed", () => {
  beforeEach(() => {
    bench.engine.retry();
    bench.answer();
    bench.click(245, 245);
    bench.fail();
  });

  it("keeps showing the mask before it, but does not let it be accepted for other points", () => {
    expect(bench.status).toMatchObject({ state: "extreme.failed", proposal: { proposalId: 72 } });
    bench.engine.accept();
    expect(bench.status.objectCount).toBe(0);
  });

  it("is taken back with Backspace: the mask before it can be accepted again", () => {
    bench.key("Backspace");
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", failure: null, proposal: { proposalId: 72 } });
    bench.key(" ");
    expect(bench.status.objectCount).toBe(1);
  });
});
