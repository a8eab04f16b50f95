import { beforeEach, describe, expect, it } from "vitest";

import { imagePoint } from "./geometry";
import { boxMask, record, TestBench } from "./testing/bench";

let bench: TestBench;

beforeEach(async () => {
  bench = await TestBench.open();
  bench.engine.applyRemote({ upsert: [record("a")] });
  bench.fake.frame();
});

describe("another mask in an object's place", () => {
  it("is painted, and the object itself stays as it is", () => {
    const before = bench.engine.stats().maskPaints;
    const objects = bench.engine.objects();
    bench.engine.view.showInstead("a", boxMask(300, 300, 10, 10));
    bench.fake.frame();
    expect(bench.engine.stats().maskPaints).toBe(before + 1);
    expect(bench.engine.objects()).toBe(objects);
    expect(bench.engine.maskAt(imagePoint(15, 25))).toBe("a");
    expect(bench.status.canUndo).toBe(false);
  });

  it("goes again, and nothing is painted when there was none", () => {
    bench.engine.view.showInstead("a", boxMask(300, 300, 10, 10));
    bench.engine.view.showInstead("a", null);
    bench.fake.frame();
    const before = bench.engine.stats().maskPaints;
    bench.engine.view.showInstead("a", null);
    bench.fake.frame();
    expect(bench.engine.stats().maskPaints).toBe(before);
  });
});

describe("revealing a point", () => {
  it("pans no farther than needed, and not at all when the point is in view", () => {
    const at = bench.engine.view.screenOf(imagePoint(500, 400));
    bench.engine.view.reveal(imagePoint(500, 400));
    expect(bench.engine.view.screenOf(imagePoint(500, 400))).toEqual(at);
    bench.engine.view.reveal(imagePoint(0, 400));
    // The view is 1048 x 848 and the point is brought 96 pixels inside of it.
    expect(bench.engine.view.screenOf(imagePoint(0, 400)).x).toBe(96);
    expect(bench.engine.view.screenOf(imagePoint(0, 400)).y).toBe(at.y);
  });
});
