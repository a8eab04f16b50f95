import { beforeEach, describe, expect, it } from "vitest";

import { touchedFacets } from "./facets";
import { boxMask, record, TestBench } from "./testing/bench";

let bench: TestBench;

function box(id: string, x: number, y: number, side: number, over: Parameters<typeof record>[1] = {}) {
  return record(id, { mask: boxMask(x, y, side, side), bbox: [x, y, side, side], area: side * side, ...over });
}

const shown = (): string[] => bench.engine.edits.visible().map(({ id }) => id);
const get = (id: string) => bench.engine.objects().find((one) => one.id === id);
const userDiffs = () => bench.diffs.filter(({ source }) => source === "user").length;

beforeEach(async () => {
  bench = await TestBench.open();
  const upsert = [box("a", 100, 100, 200, { position: 1024 }), box("b", 150, 150, 50, { position: 2048 })];
  bench.engine.applyRemote({ upsert });
});

describe("hiding", () => {
  it("draws and hits the object no more, and what lies behind it is hit instead", () => {
    bench.fake.frame();
    const before = bench.engine.stats();
    bench.engine.edits.visibility.hide("b", true);
    bench.fake.frame();
    expect(shown()).toEqual(["a"]);
    expect(bench.engine.stats().maskPaints).toBe(before.maskPaints + 1);
    bench.key("v");
    bench.click(160, 160);
    expect(bench.status.selection).toBe("a");
    bench.engine.edits.visibility.showAll();
    bench.click(160, 160);
    expect(bench.status.selection).toBe("b");
    expect(userDiffs()).toBe(0);
  });

  it("lets no tool change the mask of what is not seen", () => {
    bench.engine.select("b");
    bench.engine.edits.visibility.hide("b", true);
    bench.key("b");
    bench.click(400, 400);
    expect(bench.status.hint).toBe("object.hidden");
    expect(bench.engine.reshapeSelected({ name: "grow" })).toBe(false);
    expect(userDiffs()).toBe(0);
  });

  it("is forgotten with the image", async () => {
    bench.engine.edits.visibility.hide("b", true);
    bench.fake.pictures.set("/other", { width: 1000, height: 800 });
    await bench.engine.loadImage({ url: "/other", width: 1000, height: 800 });
    expect(bench.engine.edits.visibility.state()).toEqual({ hidden: new Set(), locked: new Set(), only: null });
  });
});

describe("isolating", () => {
  it("shows one object alone, with what is drawn meanwhile, until the others are asked for", () => {
    const { visibility } = bench.engine.edits;
    visibility.isolate("b");
    expect(shown()).toEqual(["b"]);
    bench.key("b");
    bench.click(500, 500);
    expect(shown()).toEqual(["b", bench.status.selection]);
    visibility.isolate(null);
    expect(shown().length).toBe(3);
  });

  it("ends when nothing of it is left", () => {
    bench.engine.edits.visibility.isolate("b");
    bench.engine.applyRemote({ remove: ["b"] });
    expect(shown()).toEqual(["a"]);
  });
});

describe("locking", () => {
  const changes: [string, () => void][] = [
    ["a stroke", () => bench.drag([350, 350], [400, 400])],
    ["the eraser", () => [bench.key("x"), bench.click(160, 160)]],
    ["Delete", () => bench.engine.deleteSelected()],
    ["another label", () => bench.engine.relabelSelected(2)],
    ["an answer", () => bench.engine.edits.describe("b", { flags: { crowd: true } })],
    ["another place", () => bench.engine.edits.move("b", "back")],
    ["an operation", () => bench.engine.reshapeSelected({ name: "grow" })],
    ["being united with another", () => [bench.engine.select("a"), bench.engine.reshapeSelected({ name: "union", other: "b" })]],
    ["an edit that no tool makes", () => bench.engine.history.edit("keep mine", { remove: ["b"] })],
  ];

  it.each(changes)("keeps the object from %s, and says so", (_, change) => {
    bench.engine.edits.visibility.lock("b", true);
    bench.engine.select("b");
    bench.key("b");
    change();
    expect(bench.status.hint).toBe("object.locked");
    expect(userDiffs()).toBe(0);
  });

  it("leaves a new polygon free to be drawn beside it", () => {
    bench.engine.edits.visibility.lock("b", true);
    bench.engine.select("b");
    bench.key("p");
    expect(bench.status.state).toBe("polygon.idle");
  });

  it("does not hold off what others do", () => {
    bench.engine.edits.visibility.lock("b", true);
    bench.engine.applyRemote({ upsert: [box("b", 150, 150, 50, { labelId: 2 })] });
    expect(get("b")?.labelId).toBe(2);
  });
});

describe("describing", () => {
  it("sets, changes and takes back answers and flags; undo restores the earlier ones", () => {
    const { edits } = bench.engine;
    expect(edits.describe("a", { attributes: { 7: "red", 8: 2 }, flags: { crowd: true } })).toBe(true);
    expect(edits.describe("a", { attributes: { 7: "blue", 8: null }, flags: { crowd: false } })).toBe(true);
    expect(get("a")).toMatchObject({ attributes: { 7: "blue" } });
    expect(get("a")).not.toHaveProperty("flags");
    bench.engine.undo();
    expect(get("a")).toMatchObject({ attributes: { 7: "red", 8: 2 }, flags: { crowd: true } });
    bench.engine.undo();
    expect([get("a")?.attributes ?? {}, get("a")?.flags ?? {}]).toEqual([{}, {}]);
    expect(bench.status.canUndo).toBe(false);
  });

  it("leaves a colleague's answer to another question when one's own is taken back", () => {
    bench.engine.edits.describe("a", { attributes: { 7: "red" } });
    bench.engine.applyRemote({ upsert: [{ ...box("a", 100, 100, 200, { position: 1024 }), attributes: { 7: "red", 8: 3 } }] });
    bench.engine.undo();
    expect(get("a")?.attributes).toEqual({ 8: 3 });
  });

  it("takes a blank text for no answer", () => {
    bench.engine.edits.describe("a", { attributes: { 7: "  " } });
    expect(userDiffs()).toBe(0);
  });

  it("changes nothing while read-only, and says so", () => {
    bench.engine.setReadOnly(true);
    const { edits } = bench.engine;
    expect([edits.describe("a", { flags: { crowd: true } }), edits.move("a", "front"), edits.fillRest(1), edits.paste([])]).toEqual([false, false, null, null]);
    expect(bench.status.hint).toBe("readOnly");
    expect(userDiffs()).toBe(0);
  });
});

describe("a label's own answers", () => {
  beforeEach(() => {
    const labels = [
      { id: 1, name: "cat", color: "#ff0000", attributes: [{ id: 7, default: "red" }, { id: 8, default: null }] },
      { id: 2, name: "cup", color: "#00ff00", attributes: [{ id: 9, default: false }] },
    ];
    bench.engine.setLabels(labels);
  });

  it("come with a new object and with a new label, where nothing is answered yet", () => {
    bench.key("b");
    bench.click(500, 500);
    const made = bench.status.selection ?? "";
    expect(get(made)?.attributes).toEqual({ 7: "red" });
    bench.engine.relabelSelected(2);
    expect(get(made)?.attributes).toEqual({ 7: "red", 9: false });
    bench.engine.undo();
    expect(get(made)).toMatchObject({ labelId: 1, attributes: { 7: "red" } });
  });

  it("do not come back when they were taken back", () => {
    bench.engine.edits.describe("a", { attributes: { 7: "blue" } });
    bench.engine.edits.describe("a", { attributes: { 7: null } });
    expect(get("a")?.attributes ?? {}).toEqual({});
  });
});

describe("the order", () => {
  it("changes what is drawn in front, in one undo step", () => {
    expect(bench.engine.edits.move("a", "front")).toBe(true);
    expect(shown()).toEqual(["b", "a"]);
    expect(get("a")?.position).toBe(3072);
    expect(bench.engine.edits.move("a", "front")).toBe(false);
    bench.engine.undo();
    expect(shown()).toEqual(["a", "b"]);
  });

  it("of an object that the server has not placed yet is taken back too", () => {
    bench.engine.applyRemote({ upsert: [box("new", 400, 400, 10)] });
    expect(bench.engine.edits.move("new", "back")).toBe(true);
    expect(shown()).toEqual(["new", "a", "b"]);
    bench.engine.undo();
    expect(shown()).toEqual(["a", "b", "new"]);
  });

  it("is nobody's edit when the server tells it for the first time", () => {
    expect(touchedFacets(record("a"), record("a", { position: 5 }))).toEqual([]);
    expect(touchedFacets(record("a", { position: 4 }), record("a", { position: 5 }))).toEqual(["position"]);
  });
});

describe("filling the rest", () => {
  it("takes every pixel that no object has, hidden ones included, and nothing a second time", () => {
    bench.engine.edits.visibility.hide("a", true);
    const id = bench.engine.edits.fillRest(2) ?? "";
    expect(get(id)).toMatchObject({ labelId: 2, area: 1000 * 800 - 200 * 200, bbox: [0, 0, 1000, 800], score: null });
    expect(bench.engine.edits.fillRest(2)).toBeNull();
    bench.engine.undo();
    expect(get(id)).toBeUndefined();
  });
});

describe("pasting", () => {
  it("makes new objects, in one undo step", () => {
    const copies = bench.engine.edits.paste(bench.engine.objects()) ?? [];
    expect(copies.map((id) => get(id))).toMatchObject([{ area: 40_000, author: null, score: null, proposalId: null }, { area: 2500 }]);
    expect(copies.map((id) => get(id)?.position)).toEqual([undefined, undefined]);
    expect(bench.status.selection).toBe(copies[1]);
    bench.engine.undo();
    expect(bench.status.objectCount).toBe(2);
  });

  it("refuses a mask of another size, and then makes nothing", () => {
    const odd = record("odd", { mask: boxMask(1, 1, 2, 2, { width: 10, height: 10 }) });
    expect(bench.engine.edits.paste([...bench.engine.objects(), odd])).toBeNull();
    expect(bench.status.objectCount).toBe(2);
  });
});
