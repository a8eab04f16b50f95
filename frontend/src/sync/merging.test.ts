import { describe, expect, it } from "vitest";

import { rebased } from "./merging";
import { baseOf, type Entry } from "./operations";
import { anAnnotation, aRecord, ben } from "./testing/factories";

const before = anAnnotation("a");
const entry = (changes: Partial<Entry> = {}): Entry => ({
  clientId: "a",
  seq: 0,
  base: baseOf(before),
  target: { record: aRecord("a", { labelId: 2 }), time: { seconds: 2, tools: { select: 2 } } },
  desired: aRecord("a", { labelId: 2 }),
  time: { seconds: 1, tools: { select: 1 } },
  ...changes,
});

describe("a change that came after somebody else's", () => {
  it("goes on top of it when they changed different facets, with all its time", () => {
    const current = anAnnotation("a", { version: 2, occluded: true, position: 2048, updated_by: ben });
    expect(rebased(entry(), current)).toEqual({
      clientId: "a",
      seq: 0,
      base: baseOf(current),
      target: null,
      desired: aRecord("a", { labelId: 2, flags: { occluded: true }, position: 2048 }),
      time: { seconds: 3, tools: { select: 3 } },
    });
  });

  it("of another answer than theirs is merged, of the same one is a conflict", () => {
    const mine = entry({ desired: aRecord("a", { attributes: { 7: "red" } }) });
    expect(rebased(mine, anAnnotation("a", { version: 2, attributes: { 8: "yes" } }))?.desired?.attributes).toEqual({
      7: "red",
      8: "yes",
    });
    expect(rebased(mine, anAnnotation("a", { version: 2, attributes: { 7: "blue" } }))).toBeNull();
  });

  it("is a conflict when both changed the label, and when one deleted the object", () => {
    const relabelled = anAnnotation("a", { version: 2, label_id: 3 });
    expect(rebased(entry(), relabelled)).toBeNull();
    expect(rebased(entry(), { ...before, version: 2, deleted: true })).toBeNull();
    expect(rebased(entry({ desired: null }), anAnnotation("a", { version: 2, occluded: true }))).toBeNull();
  });
});
