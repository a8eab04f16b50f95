import { beforeEach, describe, expect, it } from "vitest";
import { boxMask, record, TestBench } from "../../testing/bench";

let bench: TestBench;

function boxRecord(id: string, x: number, y: number, width: number, height: number): ReturnType<typeof record> {
  return record(id, { mask: boxMask(x, y, width, height), bbox: [x, y, width, height], area: width * height });
}

beforeEach(async () => {
  bench = await TestBench.open();
  bench.engine.applyRemote({
    upsert: [
      boxRecord("small", 120, 120, 20, 20),
      boxRecord("large", 100, 100, 200, 200),
      boxRecord("far", 600, 600, 50, 50),
    ],
  });
  bench.key("v");
});

describe("select.idle", () => {
  it("selects the object under the click, the smallest where several overlap", () => {
    bench.click(130, 130);
    expect(bench.status).toMatchObject({ state: "select.holding", hint: "select.holding", selection: "small" });
    bench.click(250, 250);
    expect(bench.status.selection).toBe("large");
  });

  it("has nothing selected after a click on bare image", () => {
    bench.click(250, 250);
    bench.click(500, 500);
    expect(bench.status).toMatchObject({ state: "select.idle", hint: "select.idle", selection: null });
  });

  it("hovers with a pointing hand and paints only the overlay", () => {
    bench.fake.frame();
    const before = bench.engine.stats();
    bench.move(130, 130);
    bench.fake.frame();
    expect(bench.fake.cursor).toBe("pointer");
    bench.move(500, 500);
    bench.fake.frame();
    expect(bench.fake.cursor).toBe("default");
    expect(bench.engine.stats()).toEqual({ ...before, overlayPaints: before.overlayPaints + 2 });
  });

  it("goes through the objects with the arrow keys, round and round", () => {
    const seen = ["ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp"].map((key) => {
      bench.key(key);
      return bench.status.selection;
    });
    expect(seen).toEqual(["small", "large", "far", "small", "far", "large"]);
  });

  it("begins with the last object when stepping back", () => {
    bench.key("ArrowLeft");
    expect(bench.status.selection).toBe("far");
  });

  it("has nothing to cancel and no use for digits' relabelling", () => {
    expect(bench.key("Escape")).toBe(false);
    bench.key("2");
    expect(bench.diffs.filter(({ source }) => source === "user")).toEqual([]);
    expect(bench.status.currentLabelId).toBe(2);
  });
});

describe("select.holding", () => {
  beforeEach(() => {
    bench.click(130, 130);
  });

  it("relabels with a digit, one undo step", () => {
    expect(bench.key("2")).toBe(true);
    expect(bench.engine.objects()[0]).toMatchObject({ id: "small", labelId: 2 });
    expect(bench.key("7")).toBe(false);
    bench.engine.undo();
    expect(bench.engine.objects()[0]).toMatchObject({ id: "small", labelId: 1 });
    expect(bench.status).toMatchObject({ canUndo: false, canRedo: true });
  });

  it("deletes with Delete, and undo brings the object back to its place", () => {
    bench.key("Delete");
    expect(bench.status).toMatchObject({ state: "select.idle", selection: null, objectCount: 2 });
    expect(bench.key("Delete")).toBe(false);
    bench.engine.undo();
    expect(bench.engine.objects().map(({ id }) => id)).toEqual(["small", "large", "far"]);
  });

  it("lets go with Escape", () => {
    expect(bench.key("Escape")).toBe(true);
    expect(bench.status).toMatchObject({ state: "select.idle", selection: null });
  });

  it("keeps the selection through a lost pointer and another tool", () => {
    bench.input.pointerLost();
    bench.key("e");
    bench.key("v");
    expect(bench.status).toMatchObject({ state: "select.holding", selection: "small" });
  });

  it("loses the selection when a colleague removes the object", () => {
    bench.engine.applyRemote({ remove: ["small"] });
    expect(bench.status).toMatchObject({ state: "select.idle", selection: null, canUndo: false });
  });

  it("changes nothing while read-only", () => {
    bench.engine.setReadOnly(true);
    bench.key("2");
    bench.key("Delete");
    expect(bench.status).toMatchObject({ hint: "readOnly", objectCount: 3 });
    expect(bench.diffs.filter(({ source }) => source === "user")).toEqual([]);
    expect(bench.engine.objects()[0]?.labelId).toBe(1);
  });

  it("does not select what is not there", () => {
    bench.engine.select("nobody");
    expect(bench.status).toMatchObject({ state: "select.idle", selection: null });
  });
});
