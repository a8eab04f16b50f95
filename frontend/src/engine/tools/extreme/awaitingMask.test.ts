import { beforeEach, describe, expect, it } from "vitest";
import { boxMask, TestBench } from "../../testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
  bench.four(200, 200);
});

describe("extreme.awaitingMask", () => {
  it("says so", () => {
    expect(bench.status).toMatchObject({
      state: "extreme.awaitingMask",
      hint: "extreme.awaiting",
      awaiting: true,
      proposal: null,
    });
  });

  it("goes on to review when the mask comes", () => {
    bench.answer({ score: 0.875 });
    expect(bench.status).toMatchObject({
      state: "extreme.reviewing",
      awaiting: false,
      proposal: { proposalId: 71, score: 0.875, area: 10000, elapsedMs: 37 },
    });
  });

  it("drops answers with an unknown id and goes on waiting", () => {
    bench.answer({ requestId: "someone else's" });
    bench.fail("someone else's");
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", proposal: null, failure: null });
  });

  it("fails when the mask does not come", () => {
    bench.fail();
    expect(bench.status).toMatchObject({
      state: "extreme.failed",
      awaiting: false,
      failure: { code: "segmentation_timeout", message: "The mask took too long." },
    });
  });

  it.each([
    ["cannot be read", { size: [800, 1000], counts: "!" }, "mask_unreadable"],
    ["is of another image", boxMask(0, 0, 5, 5, { width: 100, height: 80 }), "mask_unreadable"],
    ["is empty", boxMask(0, 0, 0, 0), "mask_empty"],
  ])("fails when the mask %s", (_, mask, code) => {
    bench.answer({ mask });
    expect(bench.status).toMatchObject({ state: "extreme.failed", proposal: null, failure: { code } });
  });

  it("accepts nothing before the mask is there", () => {
    bench.key(" ");
    bench.engine.accept();
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", objectCount: 0 });
  });

  it("is cancelled with Escape; the late answer is dropped", () => {
    bench.key("Escape");
    bench.answer();
    expect(bench.status).toMatchObject({ state: "extreme.idle", points: [], proposal: null });
  });

  it("keeps waiting through a lost pointer", () => {
    bench.input.pointerLost();
    bench.answer();
    expect(bench.state).toBe("extreme.reviewing");
  });

  it("takes the answer also while another tool is in hand", () => {
    bench.key("v");
    bench.answer();
    expect(bench.status).toMatchObject({ state: "select.idle", proposal: { proposalId: 71 } });
    bench.key("e");
    expect(bench.state).toBe("extreme.reviewing");
  });

  it("undo in the middle takes the fourth point back; the answer for four is stale", () => {
    bench.engine.undo();
    bench.answer();
    expect(bench.status).toMatchObject({ state: "extreme.placing", awaiting: false, proposal: null });
    bench.engine.redo();
    expect(bench.state).toBe("extreme.awaitingMask");
    expect(bench.requests).toHaveLength(2);
    expect(bench.request().points).toEqual(bench.request(0).points);
  });

  it("R throws the clicks away", () => {
    bench.key("t");
    expect(bench.status).toMatchObject({ state: "extreme.idle", points: [] });
  });

  it("asks again when a point is dragged meanwhile", () => {
    bench.drag([250, 200], [280, 210]);
    expect(bench.state).toBe("extreme.awaitingMask");
    expect(bench.request().points[2]).toMatchObject({ x: 280, y: 210 });
    bench.answer({ requestId: bench.request(0).requestId });
    expect(bench.state).toBe("extreme.awaitingMask");
    bench.answer();
    expect(bench.state).toBe("extreme.reviewing");
  });
});

describe("the next object, clicked meanwhile", () => {
  it("takes all clicks, also near the first one", () => {
    bench.clicks([210, 210], [600, 500]);
    expect(bench.status).toMatchObject({ state: "extreme.placing", awaiting: true, queued: 1 });
    expect(bench.points()).toEqual([
      [210, 210, "unknown"],
      [600, 500, "unknown"],
    ]);
  });

  it("lets the first one be accepted in between, and then be the one", () => {
    bench.clicks([600, 500], [650, 450]);
    bench.answer();
    expect(bench.status).toMatchObject({ state: "extreme.placing", awaiting: false, proposal: { proposalId: 71 } });
    bench.key(" ");
    expect(bench.status).toMatchObject({ state: "extreme.placing", objectCount: 1, queued: 0, proposal: null });
    expect(bench.points()).toHaveLength(2);
    bench.clicks([700, 500], [650, 550]);
    expect(bench.requests).toHaveLength(2);
    bench.answer({ mask: boxMask(600, 450, 100, 100) });
    bench.key(" ");
    expect(bench.engine.objects().map(({ id }) => id)).toEqual(["id-2", "id-4"]);
  });

  it("waits with its mask until the first one is accepted", () => {
    bench.four(600, 500);
    expect(bench.requests).toHaveLength(2);
    bench.answer({ requestId: bench.request(1).requestId, proposalId: 2 });
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", proposal: null, queued: 1 });
    bench.answer({ requestId: bench.request(0).requestId, proposalId: 1 });
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", proposal: { proposalId: 1 } });
    bench.key(" ");
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", proposal: { proposalId: 2 }, queued: 0 });
    bench.key(" ");
    expect(bench.engine.objects().map(({ proposalId }) => proposalId)).toEqual([1, 2]);
  });

  it("is not followed by a third one", () => {
    bench.four(600, 500);
    bench.click(900, 700);
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", hint: "extreme.queueFull", queued: 1 });
  });

  it("is what undo and Escape take back first", () => {
    bench.clicks([600, 500], [650, 450]);
    bench.engine.undo();
    expect(bench.points()).toEqual([[600, 500, "unknown"]]);
    bench.key("Escape");
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", queued: 0, awaiting: true });
    expect(bench.points()).toHaveLength(4);
    bench.key("Escape");
    expect(bench.state).toBe("extreme.idle");
  });

  it("comes back with redo after all its points were undone", () => {
    bench.click(600, 500);
    bench.engine.undo();
    expect(bench.state).toBe("extreme.awaitingMask");
    bench.engine.redo();
    expect([bench.state, bench.points()]).toEqual(["extreme.placing", [[600, 500, "unknown"]]]);
  });

  it("goes on when the first one fails; the failure is told at once and dealt with after it", () => {
    bench.clicks([600, 500], [650, 450]);
    bench.fail();
    expect(bench.status).toMatchObject({ state: "extreme.placing", failure: { code: "segmentation_timeout" } });
    bench.clicks([700, 500], [650, 550]);
    expect(bench.status).toMatchObject({ state: "extreme.failed", hint: "extreme.failed" });
    expect(bench.requests).toHaveLength(2);
    bench.key("Enter");
    expect(bench.requests).toHaveLength(3);
    expect(bench.request().points).toEqual(bench.request(0).points);
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", failure: null });
  });
});
