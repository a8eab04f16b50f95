import { beforeEach, describe, expect, it } from "vitest";
import { boxMask, TestBench } from "../../testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
  bench.four(200, 200);
  bench.answer();
});

describe("extreme.reviewing", () => {
  it("makes the proposal an object with Space, in the current label", () => {
    bench.key("2");
    bench.key(" ");
    expect(bench.engine.objects()).toEqual([
      {
        id: "id-2",
        labelId: 2,
        mask: boxMask(150, 150, 100, 100),
        bbox: [150, 150, 100, 100],
        area: 10000,
        score: 0.9,
        proposalId: 71,
        author: null,
      },
    ]);
    expect(bench.diffs.map(({ source, diff }) => [source, Object.keys(diff.added)])).toEqual([["user", ["id-2"]]]);
    expect(bench.status).toMatchObject({ state: "extreme.idle", points: [], proposal: null, canUndo: true });
  });

  it("accepts once, however long Space is held", () => {
    bench.engine.handleKey({ ...space(), repeat: false });
    bench.engine.handleKey({ ...space(), repeat: true });
    bench.input.keyUp(" ");
    bench.input.keyUp(" ");
    expect(bench.status.objectCount).toBe(1);
  });

  it("accepts nothing when Space was held to look around", () => {
    bench.engine.handleKey(space());
    bench.drag([500, 500], [520, 530]);
    bench.input.keyUp(" ");
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", objectCount: 0 });
    expect(bench.points()).toHaveLength(4);
  });

  it("accepts nothing without a label, and says so", () => {
    bench.engine.setCurrentLabel(null);
    bench.key(" ");
    expect(bench.status).toMatchObject({ hint: "extreme.chooseLabel", objectCount: 0, state: "extreme.reviewing" });
    bench.key("1");
    bench.key(" ");
    expect(bench.status.objectCount).toBe(1);
  });

  it("accepts nothing while read-only", () => {
    bench.engine.setReadOnly(true);
    bench.engine.accept();
    expect(bench.status).toMatchObject({ hint: "readOnly", objectCount: 0, state: "extreme.reviewing" });
  });

  it("shows a low predicted quality in its hint", () => {
    expect(bench.status.hint).toBe("extreme.reviewing");
    bench.click(245, 245);
    bench.answer({ score: 0.749 });
    expect(bench.status.hint).toBe("extreme.doubtful");
    bench.click(155, 245);
    bench.answer({ score: 0.75 });
    expect(bench.status.hint).toBe("extreme.reviewing");
  });

  it("sends a click near the object as a correction, with the proposal that it mends", () => {
    bench.click(245, 245);
    expect(bench.request()).toMatchObject({ requestId: "id-2", parentProposalId: 71 });
    expect(bench.request().points).toHaveLength(5);
    expect(bench.points().at(-1)).toEqual([245, 245, "correction"]);
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", proposal: { proposalId: 71 } });
    bench.answer({ proposalId: 99 });
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", proposal: { proposalId: 99 } });
  });

  it("takes sixth and later corrections also before the answer to the fifth", () => {
    bench.clicks([245, 245], [155, 245]);
    expect(bench.requests).toHaveLength(3);
    bench.answer({ requestId: bench.request(1).requestId, proposalId: 5 });
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", proposal: { proposalId: 71 } });
    bench.answer({ proposalId: 6 });
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", proposal: { proposalId: 6 } });
  });

  it("does not accept the old mask while a correction is on its way", () => {
    bench.click(245, 245);
    bench.key(" ");
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", objectCount: 0 });
  });

  it("begins the next object with a click far away, and accepts nothing by it", () => {
    bench.click(700, 600);
    expect(bench.status).toMatchObject({
      state: "extreme.placing",
      queued: 1,
      objectCount: 0,
      proposal: { proposalId: 71 },
    });
    bench.engine.accept();
    expect(bench.status).toMatchObject({ state: "extreme.placing", queued: 0, objectCount: 1 });
  });

  it("brings the earlier mask back, without a request, when the correction is taken back", () => {
    bench.click(245, 245);
    bench.answer({ proposalId: 99 });
    bench.key("z", { ctrlKey: true });
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", proposal: { proposalId: 71 } });
    bench.engine.redo();
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", proposal: { proposalId: 99 } });
    expect(bench.requests).toHaveLength(2);
  });

  it("goes back to placing when the fourth point is taken back; the mask is gone", () => {
    bench.engine.removePoint();
    expect(bench.status).toMatchObject({ state: "extreme.placing", proposal: null });
    bench.click(200, 260);
    expect(bench.request()).toMatchObject({ parentProposalId: null });
  });

  it("drops a stale answer and a stale failure", () => {
    bench.answer({ requestId: "id-1", proposalId: 3 });
    bench.fail("id-1");
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", proposal: { proposalId: 71 }, failure: null });
  });

  it.each(["Escape", "t"])("throws proposal and points away with %s", (key) => {
    bench.key(key);
    expect(bench.status).toMatchObject({ state: "extreme.idle", points: [], proposal: null, objectCount: 0 });
  });

  it("redoClicks keeps the object that was clicked ahead", () => {
    bench.clicks([700, 500], [750, 450], [800, 500], [750, 550]);
    expect(bench.state).toBe("extreme.reviewing");
    bench.engine.redoClicks();
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", queued: 0 });
    expect(bench.points()[0]).toEqual([700, 500, "left"]);
  });

  it("keeps its proposal through an interrupt", () => {
    bench.input.pointerLost();
    bench.engine.setTool("pan");
    bench.engine.setTool("extreme");
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", proposal: { proposalId: 71 } });
  });

  it("can be accepted by button while another tool is in hand", () => {
    bench.engine.setTool("select");
    bench.engine.accept();
    expect(bench.status).toMatchObject({ state: "select.idle", objectCount: 1, proposal: null });
  });

  it("does not place another point by a press on a point that does not move", () => {
    bench.click(250, 200);
    expect(bench.points()).toHaveLength(4);
    expect(bench.state).toBe("extreme.reviewing");
  });

  it("takes 32 points and no more", () => {
    for (let turn = 0; turn < 28; turn += 1) bench.click(160 + 10 * (turn % 7), 165 + 20 * Math.floor(turn / 7));
    expect(bench.points()).toHaveLength(32);
    const sent = bench.requests.length;
    bench.click(231, 239);
    expect(bench.status.hint).toBe("extreme.tooManyPoints");
    expect([bench.points().length, bench.requests.length]).toEqual([32, sent]);
  });
});

function space(): Parameters<TestBench["engine"]["handleKey"]>[0] {
  return {
    type: "keydown",
    key: " ",
    code: "Space",
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    repeat: false,
    target: null,
    preventDefault: () => {},
  };
}
