/** What people who label for a living have suffered from elsewhere, and what does not happen here. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { networkError } from "../api/errors";
import { boxMask, record, TestBench } from "../engine/testing/bench";
import { BITMAP_BUDGET, MaskCache } from "../engine/render/maskCache";
import { Shapes } from "../engine/shapes";
import { FakePlatform } from "../engine/testing/fakePlatform";
import { ana, ben } from "./testing/factories";
import { Client } from "./testing/client";
import { ModelServer } from "./testing/modelServer";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const stored = (server: ModelServer): string[] =>
  [...server.objects.values()].filter((one) => !one.deleted).map((one) => one.client_id);

it("work is never lost for want of saving: an accepted object is on its way at once, and outlives the page", async () => {
  const server = new ModelServer();
  const client = await Client.open(server, ana);
  client.create("a", 1);
  expect(client.requests.map(({ operation }) => operation.kind)).toEqual(["create"]);
  client.requests.shift()?.fail(networkError());
  await client.reload();
  expect(Object.keys(client.labels)).toEqual(["a"]);
  await client.calm();
  expect([stored(server), client.session.snapshot().save]).toEqual([["a"], { kind: "saved" }]);
});

it("hiding objects deletes none: they are stored and stay, whatever is hidden, isolated or locked", async () => {
  const server = new ModelServer();
  const client = await Client.open(server, ana);
  client.create("a", 1);
  client.create("b", 1);
  const { visibility } = client.bench.engine.edits;
  visibility.hide("a", true);
  visibility.isolate("b");
  visibility.lock("b", true);
  await client.calm();
  expect(await client.session.flush(1_000)).toBe(true);
  expect(stored(server)).toEqual(["a", "b"]);
  await client.reload();
  expect(Object.keys(client.labels)).toEqual(["a", "b"]);
});

it("two people at one object: the second is asked which version stays, and neither is lost meanwhile", async () => {
  const server = new ModelServer();
  const [first, second] = [await Client.open(server, ana), await Client.open(server, ben)];
  first.create("a", 1);
  await first.calm();
  await second.calm();
  first.edit("a", 2);
  second.edit("a", 3);
  await first.calm();
  await second.calm();
  expect([first.labels, second.labels]).toEqual([{ a: 2 }, { a: 2 }]);
  const [conflict] = second.session.snapshot().conflicts;
  expect([conflict?.by, conflict?.mine?.labelId, conflict?.theirs?.labelId]).toEqual(["ana", 3, 2]);
});

it("painting does not slow down: the last strokes of many draw no more than the first ones did", async () => {
  const bench = await TestBench.open();
  bench.engine.setTool("brush");
  bench.engine.setBrushSize(20);
  const stroke = bench.layer(2);
  const cost = (y: number): number => {
    bench.down(200, y);
    bench.fake.frame();
    stroke.clear();
    bench.move(210, y);
    bench.fake.frame();
    const drawn = stroke.named("drawImage").map(({ args }) => Number(args[3]) * Number(args[4]));
    bench.up(210, y);
    bench.fake.frame();
    return drawn.reduce((sum, cells) => sum + cells, 0);
  };
  const costs = Array.from({ length: 80 }, (_, at) => cost(50 + 8 * at));
  expect(bench.engine.objects().length).toBe(1);
  // The same places of the brush at the beginning and at the end; what is redrawn depends on these alone.
  const most = (some: readonly number[]): number => Math.max(...some);
  expect(most(costs.slice(0, 20))).toBeGreaterThan(0);
  expect(most(costs.slice(-20))).toBeLessThanOrEqual(most(costs.slice(0, 20)) * 1.2);
});

it("many masks do not fill the memory: each needs its own box, and all together stay within the budget", () => {
  const own = 30 * 20 * 4;
  const held = (budget?: number): number => {
    const cache = new MaskCache(new FakePlatform().platform(), new Shapes(), budget);
    for (let at = 0; at < 200; at += 1) cache.make(boxMask(at, at, 30, 20), "#ff0000", 1);
    return cache.held;
  };
  expect(held()).toBe(200 * own);
  expect(held(50 * own)).toBe(50 * own);
  expect(BITMAP_BUDGET).toBeLessThanOrEqual(300 * 1_000_000);
});

it("asking for a mask costs the same with a thousand objects there as with none", async () => {
  const sizes = await Promise.all(
    [0, 1000].map(async (count) => {
      const bench = await TestBench.open();
      bench.engine.applyRemote({ upsert: Array.from({ length: count }, (_, at) => record(`o${at}`)) });
      bench.four(500, 500);
      return JSON.stringify(bench.request().points).length;
    }),
  );
  expect(sizes[1]).toBe(sizes[0]);
});

it("undo inside a mask takes back one's last stroke or click, and never another object", async () => {
  const bench = await TestBench.open();
  bench.engine.setTool("brush");
  bench.engine.setBrushSize(20);
  bench.drag([100, 100], [150, 100]);
  bench.key(" ");
  bench.drag([400, 400], [450, 400]);
  const [, second] = bench.engine.objects();
  bench.drag([450, 400], [450, 450]);
  bench.engine.undo();
  expect(bench.engine.objects().map(({ id }) => id)).toEqual([bench.engine.objects()[0]?.id, second?.id]);
  expect(bench.engine.objects()[1]).toEqual(second);
  bench.down(500, 500);
  bench.move(550, 500);
  bench.engine.undo();
  expect(bench.engine.objects().length).toBe(2);
  bench.up(550, 500);
  bench.engine.setTool("extreme");
  bench.clicks([700, 300], [750, 250]);
  bench.engine.undo();
  expect([bench.points().length, bench.engine.objects().length]).toEqual([1, 2]);
});

it("an empty mask from the model is told in a sentence; the points stay, and nothing breaks", async () => {
  const bench = await TestBench.open();
  bench.four(500, 500);
  bench.answer({ mask: boxMask(0, 0, 0, 0), bbox: [0, 0, 0, 0] });
  expect(bench.status.failure).toMatchObject({
    code: "mask_empty",
    message: "No object was found between these points. Move a point or ask again.",
  });
  expect([bench.points().length, bench.engine.objects().length]).toEqual([4, 0]);
  bench.engine.retry();
  bench.answer();
  bench.key(" ");
  expect(bench.engine.objects().length).toBe(1);
});
