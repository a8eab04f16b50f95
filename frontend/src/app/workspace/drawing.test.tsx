import { beforeEach, describe, expect, it } from "vitest";

import { boxMask } from "../../engine/testing/bench";
import { anAnnotation } from "../../sync/testing/factories";
import { Floor } from "./testing/floor";

let floor: Floor;

/** One pixel in front of an object, the way the server tells of it. */
function annotation(changes: object = {}) {
  const mask = boxMask(100, 100, 50, 50);
  return anAnnotation("a", {
    id: 100,
    version: 4,
    mask: { size: [...mask.size], counts: mask.counts },
    bbox: [100, 100, 50, 50],
    area: 2500,
    ...changes,
  });
}

beforeEach(async () => {
  floor = await Floor.open({ task: { annotations: [annotation()] } });
  floor.bench.key("b");
  floor.bench.engine.setBrushSize(11);
});

describe("a drawn mask on its way to the server", () => {
  it("of a new object is created with its mask", () => {
    floor.bench.drag([300, 300], [320, 300]);
    const drawn = floor.bench.engine.objects().at(-1);
    expect(floor.sent).toEqual([
      { kind: "create", body: { client_id: drawn?.id, label_id: 1, mask: { size: [800, 1000], counts: drawn?.mask.counts } } },
    ]);
  });

  it("of an object that is there changes it, with the version that was seen", () => {
    floor.bench.engine.select("a");
    floor.bench.drag([150, 120], [170, 120]);
    const drawn = floor.bench.engine.objects()[0];
    expect(drawn?.bbox).toEqual([100, 100, 76, 50]);
    expect(floor.sent).toEqual([
      {
        kind: "update",
        annotationId: 100,
        body: { version: 4, mask: { size: [800, 1000], counts: drawn?.mask.counts } },
      },
    ]);
  });

  it("is not said while the stroke lasts, and said once when it ends", () => {
    floor.bench.engine.select("a");
    floor.bench.down(150, 120);
    for (let x = 150; x < 200; x += 5) floor.bench.move(x, 120);
    expect(floor.sent).toEqual([]);
    floor.bench.up(200, 120);
    expect(floor.sent).toHaveLength(1);
  });

  it("waits in the store until it is answered", async () => {
    floor.bench.drag([300, 300], [320, 300]);
    const id = floor.bench.engine.objects().at(-1)?.id;
    await floor.happens(() => Promise.resolve());
    expect(floor.session.snapshot().unsentIds).toEqual(new Set([id]));
    const kept = await floor.store.load({ userId: 1, taskId: 7 });
    expect(kept.map(({ clientId, desired }) => [clientId, desired?.mask.counts])).toEqual([
      [id, floor.bench.engine.objects().at(-1)?.mask.counts],
    ]);
  });

  it("erased to the last pixel deletes the object", () => {
    floor.bench.key("x");
    floor.bench.engine.setBrushSize(300);
    floor.bench.drag([120, 120], [121, 120]);
    expect(floor.sent).toEqual([{ kind: "delete", annotationId: 100, body: { version: 4, deleted: true } }]);
  });
});
