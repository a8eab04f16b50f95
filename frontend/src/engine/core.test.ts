import { beforeEach, describe, expect, it } from "vitest";
import { imagePoint } from "./geometry";
import { boxMask, record, TestBench } from "./testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
});

describe("maskAt", () => {
  it("goes by pixels, not by boxes", () => {
    bench.engine.applyRemote({ upsert: [record("a", { mask: boxMask(10, 20, 30, 40) })] });
    const at = (x: number, y: number): string | null => bench.engine.maskAt(imagePoint(x, y));
    expect([at(10, 20), at(39, 59), at(9.5, 19.5), at(39.49, 59.49)]).toEqual(["a", "a", "a", "a"]);
    expect([at(9, 20), at(40, 59), at(10, 60), at(9.49, 20), at(39.5, 30), at(-1, -1)]).toEqual(Array(6).fill(null));
  });

  it("passes over an object whose mask cannot be read", () => {
    const broken = record("broken", { mask: { size: [800, 1000], counts: "~" } });
    bench.engine.applyRemote({ upsert: [broken, record("a")] });
    expect(bench.engine.maskAt(imagePoint(15, 25))).toBe("a");
    bench.fake.frame();
    expect(bench.status.objectCount).toBe(2);
  });
});

describe("what others change", () => {
  it("never enters the undo history", () => {
    bench.engine.applyRemote({ upsert: [record("a"), record("b")] });
    bench.engine.applyRemote({ upsert: [record("a", { labelId: 2 })], remove: ["b"] });
    expect(bench.status).toMatchObject({ canUndo: false, objectCount: 1 });
    bench.engine.undo();
    expect(bench.engine.objects()).toEqual([record("a", { labelId: 2 })]);
    expect(bench.diffs.map(({ source }) => source)).toEqual(["remote", "remote"]);
  });

  it("is not overwritten by one's own undo", () => {
    bench.four(200, 200);
    bench.answer();
    bench.engine.accept();
    const mine = bench.engine.objects()[0];
    if (mine === undefined) throw new Error("nothing was accepted");
    bench.engine.applyRemote({ upsert: [{ ...mine, labelId: 2, author: "mia" }] });
    bench.engine.undo();
    expect(bench.engine.objects()).toEqual([{ ...mine, labelId: 2, author: "mia" }]);
  });

  it("does not disturb what is being clicked", () => {
    bench.clicks([100, 100], [200, 50]);
    bench.engine.applyRemote({ upsert: [record("a")] });
    expect(bench.status).toMatchObject({ state: "extreme.placing", objectCount: 1 });
  });
});
