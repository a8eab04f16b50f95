import { beforeEach, describe, expect, it } from "vitest";
import { imagePoint, screenPoint } from "../../geometry";
import { keyInput, TestBench } from "../../testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

function corner(): { x: number; y: number } {
  const { x, y } = bench.engine.view.screenOf(imagePoint(0, 0));
  return { x, y };
}

describe("the pan tool", () => {
  beforeEach(() => {
    bench.key("h");
  });

  it("moves the image with the pointer", () => {
    bench.input.pointerDown(screenPoint(400, 400), "primary");
    expect(bench.status).toMatchObject({ state: "pan.panning", hint: "pan.panning" });
    expect(bench.fake.cursor).toBe("grabbing");
    bench.input.pointerMove(screenPoint(430, 380));
    bench.input.pointerUp(screenPoint(430, 380));
    expect(corner()).toEqual({ x: 54.5, y: 4.5 });
    expect(bench.status).toMatchObject({ state: "pan.idle", hint: "pan.idle", points: [] });
    expect(bench.fake.cursor).toBe("grab");
  });

  it.each([
    ["Escape", () => bench.key("Escape")],
    ["a lost pointer", () => bench.input.pointerLost()],
  ])("lets go with %s; the image stays where it is", (_, end) => {
    bench.input.pointerDown(screenPoint(400, 400), "primary");
    bench.input.pointerMove(screenPoint(430, 380));
    end();
    bench.input.pointerMove(screenPoint(700, 700));
    expect([bench.state, corner()]).toEqual(["pan.idle", { x: 54.5, y: 4.5 }]);
  });

  it("looks around with the arrow keys", () => {
    bench.key("ArrowRight");
    bench.key("ArrowDown", { shiftKey: true });
    expect(corner()).toEqual({ x: -39.5, y: -39.5 });
  });

  it("has nothing to cancel while idle", () => {
    expect(bench.key("Escape")).toBe(false);
  });
});

describe("panning in the middle of something else", () => {
  it("works with the middle button and places nothing", () => {
    bench.click(100, 100);
    bench.input.pointerDown(screenPoint(400, 400), "middle");
    bench.input.pointerMove(screenPoint(410, 430));
    bench.input.pointerUp(screenPoint(410, 430));
    expect(corner()).toEqual({ x: 34.5, y: 54.5 });
    expect([bench.state, bench.points().length, bench.fake.cursor]).toEqual(["extreme.placing", 1, "crosshair"]);
    bench.click(300, 300);
    expect(bench.points()).toHaveLength(2);
  });

  it("works with Space held", () => {
    bench.engine.handleKey(keyInput(" "));
    expect(bench.fake.cursor).toBe("grab");
    bench.input.pointerDown(screenPoint(400, 400), "primary");
    bench.input.pointerMove(screenPoint(410, 430));
    expect(bench.fake.cursor).toBe("grabbing");
    bench.input.pointerUp(screenPoint(410, 430));
    bench.input.keyUp(" ");
    expect(corner()).toEqual({ x: 34.5, y: 54.5 });
    expect([bench.state, bench.fake.cursor]).toEqual(["extreme.idle", "crosshair"]);
  });

  it("ends when the window loses the pointer; Space is up again then", () => {
    bench.engine.handleKey(keyInput(" "));
    bench.input.pointerDown(screenPoint(400, 400), "primary");
    bench.input.pointerLost();
    bench.click(100, 100);
    expect(bench.points()).toEqual([[100, 100, "unknown"]]);
  });
});
