import { beforeEach, describe, expect, it } from "vitest";
import { imagePoint } from "../../geometry";
import { areaOf, decodeRuns, isSet } from "../../rle";
import { boxMask, IMAGE, keyInput, record, TestBench } from "../../testing/bench";
import type { ObjectRecord } from "../../types";

let bench: TestBench;

function boxRecord(id: string, x: number, y: number, width: number, height: number): ObjectRecord {
  return record(id, { mask: boxMask(x, y, width, height), bbox: [x, y, width, height], area: width * height });
}

function object(index = -1): ObjectRecord {
  const found = bench.engine.objects().at(index);
  if (found === undefined) throw new Error("there is no object");
  return found;
}

function has(one: ObjectRecord, x: number, y: number): boolean {
  return isSet(decodeRuns(one.mask), x, y);
}

function userDiffs(): unknown[] {
  return bench.diffs.filter(({ source }) => source === "user");
}

/** A size of 21 is a radius of 10.5. */
beforeEach(async () => {
  bench = await TestBench.open();
  bench.key("b");
  bench.engine.setBrushSize(21);
});

describe("brush.idle", () => {
  it("says what a stroke will do, and has nothing to cancel", () => {
    expect(bench.status).toMatchObject({ tool: "brush", state: "brush.idle", hint: "brush.new", brushSize: 21 });
    expect(bench.key("Escape")).toBe(false);
    bench.input.pointerLost();
    expect(bench.state).toBe("brush.idle");
  });

  it("has a first size that suits the image", async () => {
    const fresh = await TestBench.open();
    expect(fresh.status.brushSize).toBe(20);
  });

  it("changes its size with [ and ] and with Alt and the wheel, and stays within bounds", () => {
    const sizes = ["]", "]", "[", "["].map((key) => (bench.key(key), bench.status.brushSize));
    expect(sizes).toEqual([25, 30, 25, 21]);
    const at = bench.engine.view.screenOf(imagePoint(100, 100));
    bench.input.wheel(at, -100, false, true);
    expect([bench.status.brushSize, bench.status.zoom]).toEqual([25, 1]);
    bench.input.wheel(at, 100, false, true);
    bench.engine.setBrushSize(0.2);
    bench.key("[");
    expect(bench.status.brushSize).toBe(1);
    bench.key("]");
    expect(bench.status.brushSize).toBe(2);
    bench.engine.setBrushSize(99_999);
    expect(bench.status.brushSize).toBe(1000);
  });

  it("lets the wheel alone where no brush is in hand", () => {
    bench.key("e");
    bench.input.wheel(bench.engine.view.screenOf(imagePoint(100, 100)), -100, false, true);
    expect([bench.status.zoom, bench.status.brushSize]).toEqual([1, 21]);
  });

  it("asks for a label first, and paints nothing without", () => {
    bench.engine.setLabels([]);
    bench.drag([100, 100], [150, 100]);
    expect(bench.status).toMatchObject({ hint: "extreme.chooseLabel", state: "brush.idle", objectCount: 0 });
    expect(userDiffs()).toEqual([]);
  });

  it("paints nothing while read-only", () => {
    bench.engine.setReadOnly(true);
    bench.drag([100, 100], [150, 100]);
    expect(bench.status).toMatchObject({ hint: "readOnly", state: "brush.idle", objectCount: 0 });
    expect(userDiffs()).toEqual([]);
  });
});

describe("a stroke", () => {
  it("makes a new object of the current label when none is selected, and selects it", () => {
    bench.key("2");
    bench.drag([100, 100], [150, 100]);
    expect(object()).toMatchObject({ id: "id-1", labelId: 2, score: null, proposalId: null, author: null });
    expect(object().bbox).toEqual([90, 90, 71, 21]);
    expect(object().area).toBe(areaOf(decodeRuns(object().mask)));
    expect([has(object(), 90, 100), has(object(), 160, 100), has(object(), 89, 100), has(object(), 125, 111)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(bench.status).toMatchObject({ selection: "id-1", hint: "brush.selected", state: "brush.idle" });
  });

  it("adds to the selected object, which is then no proposal's any more", () => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 100, 100, 100, 100)] });
    bench.engine.select("a");
    bench.drag([200, 150], [250, 150]);
    expect(bench.engine.objects()).toHaveLength(1);
    expect(object()).toMatchObject({ id: "a", labelId: 1, score: null, proposalId: null, bbox: [100, 100, 161, 100] });
    expect([has(object(), 110, 110), has(object(), 255, 150)]).toEqual([true, true]);
  });

  it("is one undo step, which brings the very mask back", () => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 100, 100, 100, 100)] });
    bench.engine.select("a");
    const before = object();
    bench.drag([200, 150], [250, 150]);
    const once = object();
    bench.drag([200, 120], [250, 120]);
    const twice = object();
    bench.engine.undo();
    expect(object()).toEqual(once);
    bench.engine.undo();
    expect(object()).toEqual(before);
    bench.engine.redo();
    bench.engine.redo();
    expect(object()).toEqual(twice);
  });

  it("is cut off at the image's border, and outside of the image leaves nothing", () => {
    bench.drag([-5, 400], [5, 400]);
    expect(object().bbox).toEqual([0, 390, 16, 21]);
    bench.key(" ");
    bench.drag([-15, 100], [-15, 300]);
    expect(bench.engine.objects()).toHaveLength(1);
  });

  it("changes nothing where the object is already, and enters no history", () => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 100, 100, 100, 100)] });
    bench.engine.select("a");
    bench.drag([150, 150], [160, 150]);
    expect(userDiffs()).toEqual([]);
    expect(bench.status).toMatchObject({ canUndo: false, state: "brush.idle" });
    expect(object()).toMatchObject({ proposalId: 5, score: 0.9 });
  });

  it("leaves its object selected, so that a digit chooses that object's label", () => {
    bench.drag([100, 100], [150, 100]);
    bench.key("2");
    expect(object()).toMatchObject({ id: "id-1", labelId: 2 });
  });

  it("after Space makes another object", () => {
    bench.drag([100, 100], [150, 100]);
    bench.key(" ");
    expect(bench.status).toMatchObject({ selection: null, hint: "brush.new" });
    bench.drag([300, 300], [350, 300]);
    expect(bench.engine.objects().map(({ id }) => id)).toEqual(["id-1", "id-2"]);
  });
});

describe("brush.painting", () => {
  beforeEach(() => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 100, 100, 100, 100)] });
    bench.engine.select("a");
    bench.down(200, 150);
    bench.move(250, 150);
  });

  it("keeps the objects as they are until it ends", () => {
    expect(bench.status).toMatchObject({ state: "brush.painting", hint: "brush.painting", drawing: true, canUndo: true });
    expect(userDiffs()).toEqual([]);
    bench.up(250, 150);
    expect(userDiffs()).toHaveLength(1);
    expect(bench.status).toMatchObject({ state: "brush.idle", drawing: false });
  });

  it.each([
    ["Escape", () => bench.key("Escape")],
    ["undo", () => bench.engine.undo()],
    ["Backspace", () => bench.key("Backspace")],
  ])("is taken back with %s: nothing changes, nothing earlier is undone", (_, end) => {
    end();
    bench.move(300, 150);
    bench.up(300, 150);
    expect(bench.status).toMatchObject({ state: "brush.idle", selection: "a", canUndo: false });
    expect(userDiffs()).toEqual([]);
  });

  it.each([
    ["a lost pointer", () => bench.input.pointerLost()],
    ["another tool", () => bench.engine.setTool("select")],
    ["read-only", () => bench.engine.setReadOnly(true)],
  ])("ends where it is with %s, and nothing painted is lost", (_, end) => {
    end();
    expect(object().bbox).toEqual([100, 100, 161, 100]);
    expect(userDiffs()).toHaveLength(1);
  });

  it("adds to what a colleague has made of the object meanwhile", () => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 300, 300, 10, 10)] });
    bench.up(250, 150);
    expect([has(object(), 305, 305), has(object(), 250, 150), has(object(), 110, 110)]).toEqual([true, true, false]);
    bench.engine.undo();
    expect(object().bbox).toEqual([300, 300, 10, 10]);
  });

  it("makes a new object when a colleague deletes the one it is about", () => {
    bench.engine.applyRemote({ remove: ["a"] });
    bench.up(250, 150);
    expect(object()).toMatchObject({ id: "id-1", bbox: [190, 140, 71, 21] });
  });

  it("is forgotten when another image is opened", async () => {
    bench.fake.pictures.set("/other", { width: 50, height: 40 });
    const opening = bench.engine.loadImage({ url: "/other", width: 50, height: 40 });
    bench.up(250, 150);
    await opening;
    expect([bench.state, bench.status.objectCount, userDiffs()]).toEqual(["brush.idle", 0, []]);
  });

  it("changes its size in the middle of the stroke", () => {
    bench.key("]");
    bench.move(300, 150);
    bench.up(300, 150);
    expect(object().bbox).toEqual([100, 100, 213, 100]);
  });
});

describe("holding I or O", () => {
  beforeEach(() => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 100, 100, 100, 100)] });
    bench.engine.select("a");
  });

  function hold(key: string): void {
    bench.engine.handleKey(keyInput(key));
  }

  it("makes an object inside of the selected one, and later strokes keep to the same", () => {
    hold("i");
    expect(bench.status).toMatchObject({ keeping: "inside", hint: "brush.inside" });
    bench.drag([150, 150], [250, 150]);
    expect(object().bbox).toEqual([140, 140, 60, 21]);
    bench.drag([150, 180], [250, 180]);
    expect(bench.engine.objects()).toHaveLength(2);
    expect(object().bbox).toEqual([140, 140, 60, 51]);
    bench.input.keyUp("I");
    expect(bench.status.keeping).toBeNull();
    bench.drag([195, 150], [250, 150]);
    expect(object().bbox).toEqual([140, 140, 121, 51]);
  });

  it("makes an object outside of the selected one", () => {
    hold("o");
    bench.drag([150, 150], [250, 150]);
    expect(object()).toMatchObject({ id: "id-1", bbox: [200, 140, 61, 21] });
    expect(object(0)).toMatchObject({ id: "a", area: 10_000 });
  });

  it("means nothing where nothing is selected", () => {
    bench.key("Escape");
    hold("i");
    bench.drag([150, 150], [250, 150]);
    expect(object().bbox).toEqual([140, 140, 121, 21]);
  });

  it("ends with the window's focus, and is not for other tools", () => {
    hold("i");
    bench.input.pointerLost();
    expect(bench.status.keeping).toBeNull();
    bench.key("v");
    expect(bench.key("i")).toBe(false);
    expect(bench.status.keeping).toBeNull();
  });
});

describe("not painting over others", () => {
  it("leaves to other objects what they have", () => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 100, 100, 100, 100), boxRecord("b", 220, 100, 20, 100)] });
    bench.engine.setProtectsOthers(true);
    expect(bench.status.protectsOthers).toBe(true);
    bench.drag([150, 150], [300, 150]);
    const painted = object();
    expect([199, 200, 219, 220, 239, 240].map((x) => has(painted, x, 150))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
    ]);
    bench.engine.setProtectsOthers(false);
    bench.drag([150, 150], [300, 150]);
    expect(has(object(), 150, 150)).toBe(true);
  });
});

describe("brush.steering", () => {
  beforeEach(() => {
    bench.input.pointerLeft();
    bench.move(100, 100);
    bench.key("Enter");
  });

  it("paints with the arrow keys until Enter, one undo step", () => {
    expect(bench.status).toMatchObject({ state: "brush.steering", hint: "brush.steering" });
    bench.key("ArrowRight", { shiftKey: true });
    bench.key("ArrowDown");
    expect(userDiffs()).toEqual([]);
    bench.key("Enter");
    expect(object().bbox).toEqual([90, 90, 41, 22]);
    bench.engine.undo();
    expect(bench.status.objectCount).toBe(0);
  });

  it.each(["Escape", "Backspace"])("is taken back with %s", (key) => {
    bench.key("ArrowRight");
    bench.key(key);
    expect([bench.state, userDiffs()]).toEqual(["brush.idle", []]);
  });

  it("ends with a lost pointer or a press, which begins a stroke of its own", () => {
    bench.down(300, 300);
    expect([bench.state, bench.engine.objects().length]).toEqual(["brush.painting", 1]);
    bench.up(300, 300);
    bench.key(" ");
    bench.key("Enter");
    bench.input.pointerLost();
    expect([bench.state, bench.engine.objects().length]).toEqual(["brush.idle", 2]);
  });
});

describe("the size of the image", () => {
  it("is not what a stroke costs: masks are told by runs", () => {
    bench.drag([100, 100], [150, 100]);
    expect(object().mask.size).toEqual([IMAGE.height, IMAGE.width]);
    expect(object().mask.counts.length).toBeLessThan(400);
  });
});
