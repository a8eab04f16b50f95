import { describe, expect, it } from "vitest";

import { baseOf, isOutcome, isSettled, operationTo, type Entry } from "./operations";
import { aRecord, anAnnotation } from "./testing/factories";

const base = baseOf(anAnnotation("a", { id: 100, version: 4 }));
const deleted = { ...base, deleted: true };

describe("operationTo", () => {
  it("creates from the proposal, which the server has, or else from the mask", () => {
    expect(operationTo("a", null, aRecord("a"))).toEqual({
      kind: "create",
      body: { client_id: "a", label_id: 1, proposal_id: 70, position: 1024 },
    });
    expect(operationTo("a", null, aRecord("a", { proposalId: null }))).toEqual({
      kind: "create",
      body: { client_id: "a", label_id: 1, mask: { size: [4, 6], counts: "mask-a" }, position: 1024 },
    });
  });

  it("waits while an object has no label", () => {
    expect(operationTo("a", null, aRecord("a", { labelId: null }))).toBeNull();
    expect(operationTo("a", base, aRecord("a", { labelId: null }))).toBeNull();
  });

  it("says nothing about an object that came and went", () => {
    expect(operationTo("a", null, null)).toBeNull();
    expect(operationTo("a", deleted, null)).toBeNull();
    expect(operationTo("a", base, aRecord("a"))).toBeNull();
  });

  it("sends only what changed, with the version that was seen", () => {
    expect(operationTo("a", base, aRecord("a", { labelId: 2 }))).toEqual({
      kind: "update",
      annotationId: 100,
      body: { version: 4, label_id: 2 },
    });
    expect(operationTo("a", base, aRecord("a", { proposalId: 71, mask: { size: [4, 6], counts: "other" } }))).toEqual({
      kind: "update",
      annotationId: 100,
      body: { version: 4, proposal_id: 71 },
    });
    expect(operationTo("a", base, aRecord("a", { mask: { size: [4, 6], counts: "drawn" } }))).toEqual({
      kind: "update",
      annotationId: 100,
      body: { version: 4, mask: { size: [4, 6], counts: "drawn" } },
    });
  });

  it("deletes, and brings the same object back with what changed meanwhile", () => {
    expect(operationTo("a", base, null)).toEqual({
      kind: "delete",
      annotationId: 100,
      body: { version: 4, deleted: true },
    });
    expect(operationTo("a", deleted, aRecord("a"))).toEqual({
      kind: "restore",
      annotationId: 100,
      body: { version: 4, deleted: false },
    });
    expect(operationTo("a", deleted, aRecord("a", { labelId: 3 }))).toEqual({
      kind: "restore",
      annotationId: 100,
      body: { version: 4, deleted: false, label_id: 3 },
    });
  });
});

describe("isSettled", () => {
  const entry = (changes: Partial<Entry>): Entry => ({
    clientId: "a",
    seq: 0,
    base,
    target: null,
    desired: aRecord("a"),
    ...changes,
  });

  it.each<[string, Partial<Entry>, boolean]>([
    ["the server has what is wanted", {}, true],
    ["a request is under way", { target: { record: null } }, false],
    ["another label is wanted", { desired: aRecord("a", { labelId: 2 }) }, false],
    ["another mask is wanted", { desired: aRecord("a", { mask: { size: [4, 6], counts: "x" } }) }, false],
    ["only the author differs", { desired: aRecord("a", { author: null }) }, true],
    ["it is to be deleted", { desired: null }, false],
    ["it is deleted", { desired: null, base: deleted }, true],
    ["it is to come back", { base: deleted }, false],
    ["the server never knew it and it is gone", { base: null, desired: null }, true],
    ["the server does not know it yet", { base: null }, false],
  ])("when %s", (_name, changes, settled) => {
    expect(isSettled(entry(changes))).toBe(settled);
  });
});

describe("isOutcome", () => {
  it.each([
    ["same label and mask", anAnnotation("a"), aRecord("a"), true],
    ["same proposal, its mask written differently", anAnnotation("a", { mask: { size: [4, 6], counts: "~" } }), aRecord("a"), true],
    ["another label", anAnnotation("a", { label_id: 2 }), aRecord("a"), false],
    [
      "another proposal and mask",
      anAnnotation("a", { proposal_id: 71, mask: { size: [4, 6], counts: "~" } }),
      aRecord("a"),
      false,
    ],
    [
      "two drawn masks that differ",
      anAnnotation("a", { proposal_id: null, mask: { size: [4, 6], counts: "~" } }),
      aRecord("a", { proposalId: null }),
      false,
    ],
    ["deleted meanwhile", anAnnotation("a", { deleted: true }), aRecord("a"), false],
    ["deleted as wanted", anAnnotation("a", { deleted: true }), null, true],
    ["not deleted", anAnnotation("a"), null, false],
  ])("%s", (_name, current, target, outcome) => {
    expect(isOutcome(current, target)).toBe(outcome);
  });
});
