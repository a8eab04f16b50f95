import { describe, expect, it } from "vitest";

import type { ObjectRecord } from "../engine/types";
import { detailChanges, saysTheSame } from "./detailChanges";
import { isOutcome, isSettled, operationTo, type Base } from "./operations";
import { recordOf } from "./records";
import { anAnnotation, aRecord } from "./testing/factories";

const described = aRecord("a", { attributes: { "7": "red", "8": 2 }, flags: { crowd: true }, position: 2048 });

function withoutPosition(record: ObjectRecord): ObjectRecord {
  const { position, ...rest } = record;
  expect(position).toBe(2048);
  return rest;
}

describe("detailChanges", () => {
  it("names what differs, and takes back what is gone", () => {
    expect(detailChanges(described, aRecord("a", { attributes: { "8": 2, "9": false }, flags: { ignore: true }, position: 2048 }))).toEqual({
      attributes: { "7": null, "9": false },
      crowd: false,
      ignore: true,
    });
    expect(detailChanges(described, { ...described })).toBeNull();
  });

  it("tells a new object's own", () => {
    expect(detailChanges(null, described)).toEqual({ attributes: { "7": "red", "8": 2 }, crowd: true, position: 2048 });
  });

  it("asks for no place where none is known", () => {
    const unplaced = withoutPosition(described);
    expect(detailChanges(described, unplaced)).toBeNull();
    expect(detailChanges(unplaced, described)).toEqual({ position: 2048 });
  });
});

describe("the server's object", () => {
  const annotation = anAnnotation("a", { attributes: { "7": "red" }, crowd: true, position: 7 });

  it("is read with all that it says", () => {
    expect(recordOf(annotation)).toMatchObject({ attributes: { "7": "red" }, flags: { crowd: true }, position: 7 });
    expect(recordOf(anAnnotation("a"))).not.toHaveProperty("flags");
    expect(recordOf(anAnnotation("a"))).not.toHaveProperty("attributes");
  });

  it("counts as the outcome of a request only where it says just that", () => {
    const wanted = recordOf(annotation);
    expect(saysTheSame(annotation, wanted)).toBe(true);
    expect(isOutcome(annotation, wanted)).toBe(true);
    expect(isOutcome({ ...annotation, crowd: false }, wanted)).toBe(false);
    expect(isOutcome({ ...annotation, attributes: { "7": "blue" } }, wanted)).toBe(false);
    expect(isOutcome({ ...annotation, position: 8 }, wanted)).toBe(false);
  });
});

describe("an entry", () => {
  const base: Base = { annotationId: 100, version: 3, deleted: false, record: described };

  it("is not settled while an answer is unsent, and its request carries that answer alone", () => {
    const desired = { ...described, attributes: { "7": "blue", "8": 2 } };
    expect(isSettled({ clientId: "a", seq: 0, base, target: null, desired })).toBe(false);
    expect(operationTo("a", base, desired)).toEqual({ kind: "update", annotationId: 100, body: { version: 3, attributes: { "7": "blue" } } });
    expect(isSettled({ clientId: "a", seq: 0, base, target: null, desired: { ...described } })).toBe(true);
  });

  it("comes back with its answers when it was deleted", () => {
    const deleted = { ...base, deleted: true };
    expect(operationTo("a", deleted, aRecord("a", { position: 2048 }))?.body).toEqual({
      version: 3,
      deleted: false,
      attributes: { "7": null, "8": null },
      crowd: false,
    });
  });
});
