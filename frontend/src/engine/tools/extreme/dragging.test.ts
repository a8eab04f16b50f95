import { beforeEach, describe, expect, it } from "vitest";
import { TestBench } from "../../testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

describe("extreme.dragging, before the fourth point", () => {
  beforeEach(() => {
    bench.clicks([100, 250], [250, 100]);
    bench.fake.time += 1000;
    bench.down(252, 101);
  });

  it("holds the point under the press", () => {
    expect(bench.status).toMatchObject({ state: "extreme.dragging", hint: "extreme.dragging", activePoint: 1 });
    bench.move(300, 120);
    expect(bench.points()[1]).toEqual([300, 120, "unknown"]);
  });

  it("leaves the point where it is dropped and asks nothing", () => {
    bench.move(300, 120);
    bench.up(300, 120);
    expect(bench.status).toMatchObject({ state: "extreme.placing", activePoint: null });
    expect(bench.points()).toEqual([
      [100, 250, "unknown"],
      [300, 120, "unknown"],
    ]);
    expect(bench.requests).toEqual([]);
  });

  it("keeps the point within the image", () => {
    bench.move(5000, -300);
    expect(bench.points()[1]).toEqual([999, 0, "unknown"]);
  });

  it.each([
    ["Escape", () => bench.key("Escape")],
    ["undo", () => bench.engine.undo()],
    ["Backspace", () => bench.key("Backspace")],
    ["a lost pointer", () => bench.input.pointerLost()],
    ["read-only", () => bench.engine.setReadOnly(true)],
  ])("puts the point back with %s", (_, end) => {
    bench.move(300, 120);
    end();
    expect(bench.state).toBe("extreme.placing");
    expect(bench.points()).toEqual([
      [100, 250, "unknown"],
      [250, 100, "unknown"],
    ]);
    bench.up(300, 120);
    expect(bench.points()).toHaveLength(2);
  });

  it("puts the point back when another tool is taken", () => {
    bench.move(300, 120);
    bench.key("v");
    bench.key("e");
    expect([bench.state, bench.points()[1]]).toEqual(["extreme.placing", [250, 100, "unknown"]]);
  });

  it("is a click when the pointer hardly moves: on another place it places a point", () => {
    bench.move(254, 102);
    bench.up(254, 102);
    expect(bench.points()).toEqual([
      [100, 250, "unknown"],
      [250, 100, "unknown"],
      [254, 102, "unknown"],
    ]);
  });

  it("ignores other keys until the drop", () => {
    expect(bench.key("Enter")).toBe(true);
    bench.key(" ");
    expect(bench.state).toBe("extreme.dragging");
  });
});

describe("extreme.dragging, with a mask", () => {
  beforeEach(() => {
    bench.four(200, 200);
    bench.answer();
  });

  it("keeps the mask until the drop, then asks anew with the old proposal as parent", () => {
    bench.down(250, 200);
    bench.move(280, 205);
    expect(bench.status).toMatchObject({ state: "extreme.dragging", awaiting: false, proposal: { proposalId: 71 } });
    expect(bench.requests).toHaveLength(1);
    bench.up(280, 205);
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", proposal: { proposalId: 71 } });
    expect(bench.request().parentProposalId).toBe(71);
    expect(bench.request().points.map(({ x, y }) => [x, y])).toEqual([
      [150, 200],
      [200, 150],
      [280, 205],
      [200, 250],
    ]);
  });

  it("gives roles by the places where points are held", () => {
    bench.drag([150, 200], [320, 190]);
    bench.down(250, 200);
    bench.move(110, 210);
    expect(bench.points()).toEqual([
      [320, 190, "right"],
      [200, 150, "top"],
      [110, 210, "left"],
      [200, 250, "bottom"],
    ]);
  });

  it("asks nothing when the point comes back to where it was", () => {
    bench.down(250, 200);
    bench.move(280, 205);
    bench.move(250, 200);
    bench.up(250, 200);
    expect([bench.state, bench.requests.length]).toEqual(["extreme.reviewing", 1]);
  });

  it("takes an answer that comes in the middle, and a failure, without letting the point go", () => {
    bench.click(245, 245);
    bench.down(250, 200);
    bench.move(280, 205);
    bench.answer({ proposalId: 99 });
    expect(bench.status).toMatchObject({ state: "extreme.dragging", proposal: { proposalId: 99 } });
    bench.key("Escape");
    expect(bench.status).toMatchObject({ state: "extreme.reviewing", proposal: { proposalId: 99 } });
    bench.click(155, 245);
    bench.down(250, 200);
    bench.fail();
    expect(bench.state).toBe("extreme.dragging");
    bench.input.pointerLost();
    expect(bench.state).toBe("extreme.failed");
  });

  it("makes the answer to the points before the drag stale", () => {
    bench.click(245, 245);
    const before = bench.request().requestId;
    bench.drag([250, 200], [280, 205]);
    bench.answer({ requestId: before, proposalId: 99 });
    expect(bench.status).toMatchObject({ state: "extreme.awaitingMask", proposal: { proposalId: 71 } });
  });
});
