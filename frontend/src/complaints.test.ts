/**
 * What users of other tools complain about most, each as a test of ours. The numbers in brackets are issues of CVAT,
 * Label Studio (ls) and labelme.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "./api/errors";
import { boxMask, record, TestBench } from "./engine/testing/bench";
import { Desk } from "./sync/testing/desk";
import { aDetail, anAnnotation, aRecord, ben } from "./sync/testing/factories";
import { settle } from "./sync/testing/fakes";

/** Objects of 40 x 40 pixels in rows; object n is called `on`. */
function manyObjects(count: number): ReturnType<typeof record>[] {
  return Array.from({ length: count }, (_, number) => {
    const [x, y] = [(number % 20) * 48, Math.floor(number / 20) * 48];
    return record(`o${number}`, { mask: boxMask(x, y, 40, 40), bbox: [x, y, 40, 40], area: 1600, position: number });
  });
}

async function benchWith(count: number): Promise<TestBench> {
  const bench = await TestBench.open();
  bench.engine.applyRemote({ upsert: manyObjects(count) });
  while (bench.fake.waitingFrames > 0) bench.fake.frame();
  return bench;
}

describe("work", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("pain 1: is not lost because nobody saved (cvat 7996): each change is sent by itself and kept until it is stored", async () => {
    const desk = await new Desk().open();
    desk.engine.user("a", aRecord("a"));
    await settle();
    expect(desk.sent.map(({ operation }) => operation.kind)).toEqual(["create"]);
    expect(desk.store.rows.size).toBe(1);
    desk.sent[0]?.answer(anAnnotation("a"));
    await settle();
    expect(desk.store.rows.size).toBe(0);
    expect(desk.save).toEqual({ kind: "saved" });
  });

  it("pain 2: is stored every time, however fast it comes (ls 8441)", async () => {
    const desk = await new Desk().open();
    for (let number = 0; number < 20; number += 1) desk.engine.user(`o${number}`, aRecord(`o${number}`));
    for (let number = 0; number < 20; number += 1) {
      await settle();
      desk.sent[number]?.answer(anAnnotation(`o${number}`, { id: 100 + number }));
    }
    await settle();
    expect(desk.sent.length).toBe(20);
    expect(desk.save).toEqual({ kind: "saved" });
  });

  it("pain 3: of two people on one image is neither refused for good nor overwritten (cvat 191, 3909)", async () => {
    const theirs = anAnnotation("a", { version: 2, label_id: 4, updated_by: ben });
    const desk = await new Desk().open(aDetail({ annotations: [anAnnotation("a")] }));
    desk.engine.user("a", aRecord("a", { labelId: 2 }));
    desk.sent[0]?.fail(new ApiError(409, "stale_version", "", { current: theirs }));
    await settle();
    expect(desk.engine.objects.get("a")?.labelId).toBe(4);
    const [conflict] = desk.session.snapshot().conflicts;
    expect([conflict?.clientId, conflict?.mine?.labelId]).toEqual(["a", 2]);
  });
});

it("pain 2: what is hidden while one works is still there (ls 1243)", async () => {
  const bench = await benchWith(3);
  bench.engine.edits.visibility.hide("o1", true);
  bench.engine.edits.visibility.isolate("o2");
  expect(bench.engine.objects().map(({ id }) => id)).toEqual(["o0", "o1", "o2"]);
  expect(bench.diffs.filter(({ source }) => source === "user")).toEqual([]);
});

it("pain 6: a brush is as fast at the end of a stroke as at its beginning (cvat 3875)", async () => {
  const bench = await benchWith(0);
  bench.key("b");
  bench.engine.setBrushSize(21);
  bench.down(100, 100);
  const costs: number[] = [];
  for (let step = 1; step <= 400; step += 1) {
    bench.layer(2).clear();
    const [row, along] = [Math.floor((step * 7) / 800), (step * 7) % 800];
    bench.move(row % 2 === 0 ? 100 + along : 900 - along, 100 + row * 60);
    bench.fake.frame();
    const drawn = bench.layer(2).named("drawImage");
    costs.push(drawn.reduce((sum, { args }) => sum + (args[3] as number) * (args[4] as number), 0));
  }
  const middle = (of: number[]): number => [...of].sort((a, b) => a - b)[of.length >> 1] ?? 0;
  // The second of four rows against the last: the pixels drawn anew by a move.
  expect(middle(costs.slice(-80))).toBe(middle(costs.slice(120, 200)));
  expect(Math.max(...costs)).toBeLessThan(5000);
});

it("pain 7: two hundred masks take the memory of their boxes, not of two hundred images (ls 7159, 4940)", async () => {
  const bench = await benchWith(200);
  const held = bench.fake.buffers.filter(({ released }) => !released);
  const pixels = held.reduce((sum, { width, height }) => sum + width * height, 0);
  expect(bench.engine.objects().length).toBe(200);
  // The view's own canvases, twice its size at most, and 1,600 pixels a mask with the edge around it.
  expect(pixels).toBeLessThan(3 * 1048 * 848 + 200 * 44 * 44);
});

it("pain 8: a click asks and paints the same beside five hundred masks as beside none (ls 8201)", async () => {
  const asked: unknown[] = [];
  for (const count of [0, 500]) {
    const bench = await benchWith(count);
    bench.four(700, 700);
    const before = bench.engine.stats();
    bench.answer();
    bench.fake.frame();
    const after = bench.engine.stats();
    asked.push([{ ...bench.request(), requestId: "" }, after.imagePaints - before.imagePaints, after.maskPaints - before.maskPaints]);
  }
  expect(asked[1]).toEqual(asked[0]);
});

it("pain 12: undo takes back the last stroke of this mask and leaves all other objects alone (cvat 8873)", async () => {
  const bench = await benchWith(2);
  bench.engine.select("o0");
  bench.key("b");
  bench.drag([20, 20], [20, 30]);
  bench.drag([60, 300], [90, 300]);
  const twice = bench.engine.objects().find(({ id }) => id === "o0");
  bench.drag([60, 400], [90, 400]);
  bench.engine.undo();
  expect(bench.engine.objects().find(({ id }) => id === "o0")).toEqual(twice);
  expect(bench.engine.objects().find(({ id }) => id === "o1")).toEqual(record("o1", { ...manyObjects(2)[1] }));
});

it("pain 25: a model that finds nothing costs a sentence, not the tool (labelme 1335)", async () => {
  const bench = await benchWith(0);
  bench.four(300, 300);
  bench.answer({ mask: boxMask(0, 0, 0, 0), bbox: [0, 0, 0, 0] });
  expect([bench.state, bench.engine.objects().length]).toEqual(["extreme.failed", 0]);
  bench.key("Escape");
  bench.four(300, 300);
  bench.answer();
  bench.key(" ");
  expect(bench.engine.objects().length).toBe(1);
});
