import { beforeEach, describe, expect, it } from "vitest";
import { decodeRuns, isSet } from "../../rle";
import { boxMask, keyInput, record, TestBench } from "../../testing/bench";
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

function square(): void {
  bench.clicks([100.5, 100.5], [200.5, 100.5], [200.5, 200.5], [100.5, 200.5]);
}

beforeEach(async () => {
  bench = await TestBench.open();
  bench.key("p");
});

describe("polygon.idle", () => {
  it("begins with the first vertex", () => {
    expect(bench.status).toMatchObject({ tool: "polygon", state: "polygon.idle", hint: "polygon.first", drawing: false });
    bench.click(100, 100);
    expect(bench.status).toMatchObject({ state: "polygon.placing", hint: "polygon.next", drawing: true, canUndo: true });
    expect(userDiffs()).toEqual([]);
  });

  it("has nothing to cancel, and nothing to lose", () => {
    expect(bench.key("Escape")).toBe(false);
    bench.input.pointerLost();
    expect(bench.state).toBe("polygon.idle");
  });

  it("places nothing while read-only", () => {
    bench.engine.setReadOnly(true);
    bench.click(100, 100);
    expect(bench.status).toMatchObject({ hint: "readOnly", state: "polygon.idle", drawing: false });
  });
});

describe("polygon.placing", () => {
  it.each([
    ["Enter", () => bench.key("Enter")],
    ["Space", () => bench.key(" ")],
    ["a click on the first vertex", () => bench.click(103, 98)],
    [
      "a double click",
      () => {
        bench.down(100.5, 200.5);
        bench.up(100.5, 200.5);
      },
    ],
  ])("closes with %s: one object, one undo step", (_, close) => {
    square();
    expect(bench.status.hint).toBe("polygon.closing");
    close();
    expect(object()).toMatchObject({
      id: "id-1",
      labelId: 1,
      bbox: [101, 101, 100, 100],
      area: 10_000,
      score: null,
      proposalId: null,
    });
    expect(bench.status).toMatchObject({ state: "polygon.editing", selection: "id-1", drawing: false });
    bench.engine.undo();
    expect(bench.status).toMatchObject({ objectCount: 0, state: "polygon.idle" });
    bench.engine.redo();
    expect(object().area).toBe(10_000);
  });

  it("does not close with fewer than three vertices", () => {
    bench.clicks([100, 100], [200, 100]);
    bench.key("Enter");
    expect(bench.status).toMatchObject({ hint: "polygon.tooFew", state: "polygon.placing", objectCount: 0 });
  });

  it("does not close without a label, and keeps the vertices", () => {
    bench.engine.setLabels([]);
    square();
    bench.key("Enter");
    expect(bench.status).toMatchObject({ hint: "extreme.chooseLabel", state: "polygon.placing", objectCount: 0 });
  });

  it("says so when there would be no pixel in it", () => {
    bench.clicks([100.2, 100.2], [100.3, 100.2], [100.3, 140]);
    bench.key("Enter");
    expect(bench.status).toMatchObject({ hint: "polygon.empty", state: "polygon.placing", objectCount: 0 });
  });

  it("takes vertices back with Backspace and undo, and puts them on again with redo", () => {
    square();
    bench.key("Backspace");
    bench.engine.undo();
    expect(bench.status).toMatchObject({ hint: "polygon.next", canRedo: true });
    bench.engine.redo();
    bench.engine.redo();
    bench.key("Enter");
    expect(object().area).toBe(10_000);
  });

  it("leaves earlier objects alone when the last vertex is taken back", () => {
    square();
    bench.key("Enter");
    bench.key("Escape");
    bench.click(400, 400);
    bench.engine.undo();
    expect(bench.status).toMatchObject({ state: "polygon.idle", objectCount: 1 });
  });

  it("drops all vertices with Escape", () => {
    square();
    bench.key("Escape");
    expect(bench.status).toMatchObject({ state: "polygon.idle", canUndo: false, drawing: false });
    expect(userDiffs()).toEqual([]);
  });

  it("keeps them through another tool and a lost pointer", () => {
    square();
    bench.key("v");
    expect(bench.status).toMatchObject({ drawing: true, canUndo: false });
    bench.key("p");
    bench.input.pointerLost();
    bench.key("Enter");
    expect(object().area).toBe(10_000);
  });

  it("forgets them when another image is opened", async () => {
    square();
    bench.fake.pictures.set("/other", { width: 50, height: 40 });
    await bench.engine.loadImage({ url: "/other", width: 50, height: 40 });
    expect(bench.status).toMatchObject({ state: "polygon.idle", drawing: false });
  });

  it("works with keys alone: Enter sets a vertex, and closes where the cursor has not moved", () => {
    bench.move(100, 100);
    bench.key("ArrowRight");
    bench.key("Enter");
    for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft"]) {
      bench.key(key, { shiftKey: true });
      bench.key("Enter");
    }
    expect(bench.state).toBe("polygon.placing");
    bench.key("Enter");
    expect(object()).toMatchObject({ bbox: [101, 100, 20, 20], area: 400 });
  });

  it("leaves to other objects what they have, when asked to", () => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 101, 101, 100, 50)] });
    bench.engine.setProtectsOthers(true);
    square();
    bench.key("Enter");
    expect(object()).toMatchObject({ id: "id-1", bbox: [101, 151, 100, 50], area: 5_000 });
  });
});

describe("polygon.editing", () => {
  beforeEach(() => {
    square();
    bench.key("Enter");
  });

  it("moves a vertex: one undo step, and undo brings the vertices back as they were", () => {
    bench.drag([200.5, 200.5], [250.5, 200.5]);
    expect(object()).toMatchObject({ id: "id-1", bbox: [101, 101, 150, 100] });
    bench.engine.undo();
    expect(object().area).toBe(10_000);
    bench.drag([200.5, 200.5], [200.5, 300.5]);
    expect(object().bbox).toEqual([101, 101, 100, 199]);
    expect(bench.state).toBe("polygon.editing");
  });

  it("adds a vertex on an edge, which can be dragged at once", () => {
    bench.drag([150.5, 100.5], [150.5, 50.5]);
    expect(object()).toMatchObject({ bbox: [101, 51, 100, 150], area: 12_550 });
  });

  it("removes the vertex that was used last", () => {
    bench.drag([150.5, 100.5], [150.5, 50.5]);
    expect(bench.key("Backspace")).toBe(true);
    expect(object().area).toBe(10_000);
    expect(bench.key("Backspace")).toBe(false);
  });

  it("keeps an object whose last ring would go", () => {
    for (let step = 0; step < 2; step += 1) {
      bench.key(".");
      bench.key("Enter");
      bench.key("Backspace");
    }
    expect(bench.status).toMatchObject({ hint: "polygon.empty", objectCount: 1 });
    expect(object().area).toBeGreaterThan(0);
  });

  it("moves vertices by keys: . takes the next, arrows move, Enter drops", () => {
    bench.key(".");
    expect(bench.status).toMatchObject({ state: "polygon.nudging", hint: "polygon.nudging" });
    bench.key("ArrowLeft", { shiftKey: true });
    bench.key("ArrowUp", { shiftKey: true });
    expect(object().area).toBe(10_000);
    bench.key("Enter");
    expect(object().bbox).toEqual([81, 81, 120, 120]);
    bench.key(".");
    bench.key("ArrowLeft");
    bench.key("Escape");
    expect([bench.state, object().bbox]).toEqual(["polygon.editing", [81, 81, 120, 120]]);
  });

  it.each([
    ["Escape", () => bench.key("Escape")],
    ["undo", () => bench.engine.undo()],
    ["a lost pointer", () => bench.input.pointerLost()],
  ])("puts a dragged vertex back with %s", (_, end) => {
    bench.down(200.5, 200.5);
    bench.move(250, 250);
    expect(bench.status).toMatchObject({ state: "polygon.dragging", hint: "polygon.dragging" });
    end();
    bench.up(250, 250);
    expect([bench.state, object().area]).toEqual(["polygon.editing", 10_000]);
    expect(userDiffs()).toHaveLength(1);
  });

  it("drops the vertex when a colleague deletes the object in the middle of a drag", () => {
    bench.down(200.5, 200.5);
    bench.engine.applyRemote({ remove: ["id-1"] });
    bench.up(250, 250);
    expect([bench.state, bench.status.objectCount]).toEqual(["polygon.idle", 0]);
  });

  it("changes nothing while read-only", () => {
    bench.engine.setReadOnly(true);
    bench.drag([200.5, 200.5], [250.5, 200.5]);
    bench.key(".");
    bench.key("Backspace");
    expect([object().area, userDiffs().length, bench.status.drawing]).toEqual([10_000, 1, false]);
  });

  it("lets go with Escape or Space, and a click elsewhere begins the next object", () => {
    bench.key("Escape");
    expect(bench.status).toMatchObject({ state: "polygon.idle", selection: null });
    bench.engine.select("id-1");
    bench.key(" ");
    expect(bench.status).toMatchObject({ state: "polygon.idle", selection: null });
    bench.engine.select("id-1");
    bench.click(500, 500);
    expect(bench.status).toMatchObject({ state: "polygon.placing", selection: null });
  });

  it("shows traced vertices of an object that was made otherwise", () => {
    bench.engine.applyRemote({ upsert: [boxRecord("a", 300, 300, 50, 50)] });
    bench.engine.select("a");
    bench.drag([349.5, 349.5], [399.5, 349.5]);
    expect(object()).toMatchObject({ id: "a", bbox: [300, 300, 100, 50], proposalId: null, score: null });
  });
});

describe("holes", () => {
  beforeEach(() => {
    square();
    bench.key("Enter");
    bench.engine.handleKey(keyInput("i"));
  });

  function hole(): void {
    bench.clicks([120.5, 120.5], [140.5, 120.5], [140.5, 140.5], [120.5, 140.5]);
  }

  it("are drawn inside with I held, and can be edited like any ring", () => {
    expect(bench.status.hint).toBe("polygon.hole");
    hole();
    bench.input.keyUp("i");
    expect(bench.status.hint).toBe("polygon.hole");
    bench.key("Enter");
    expect(object()).toMatchObject({ id: "id-1", area: 9_600 });
    expect([has(object(), 130, 130), has(object(), 110, 110)]).toEqual([false, true]);
    bench.drag([140.5, 140.5], [160.5, 140.5]);
    expect(object().area).toBe(9_390);
    bench.engine.undo();
    bench.engine.undo();
    expect(object().area).toBe(10_000);
  });

  it("take away only what is there", () => {
    bench.clicks([150.5, 150.5], [300.5, 150.5], [300.5, 300.5], [150.5, 300.5]);
    bench.key("Enter");
    expect(object()).toMatchObject({ id: "id-1", area: 7_500 });
  });

  it("that would take everything are refused", () => {
    bench.clicks([150, 150], [50, 150]);
    bench.key("Backspace");
    bench.key("Backspace");
    expect(bench.state).toBe("polygon.editing");
    bench.click(150, 150);
    for (const [x, y] of [[900, 10], [10, 10], [10, 700]] as const) bench.click(x, y);
    bench.key("Enter");
    expect(object().area).toBeGreaterThan(0);
  });

  it("end with the object that they are about", () => {
    hole();
    bench.engine.applyRemote({ remove: ["id-1"] });
    expect(bench.status).toMatchObject({ state: "polygon.idle", drawing: false });
  });

  it("begin a new object outside of the selected one", () => {
    bench.click(500, 500);
    expect(bench.status).toMatchObject({ state: "polygon.placing", hint: "polygon.next", selection: null });
  });
});
