import { describe, expect, it } from "vitest";

import { nextOf, partOf, reasonText, rejection } from "./verdicts";

describe("rejection", () => {
  it("has its reasons in their own order, and words of its own stand under other", () => {
    expect(rejection(["missed_part", "loose_edge"], " The tail. ")).toEqual({
      verdict: "rejected",
      reasons: ["loose_edge", "missed_part"],
      text: "The tail.",
    });
    expect(rejection([], "The tail.").reasons).toEqual(["other"]);
    expect(rejection(["other"], "").reasons).toEqual([]);
    expect(rejection([], " ")).toEqual({ verdict: "rejected", reasons: [], text: "" });
  });
});

it.each([
  [rejection(["loose_edge", "missed_part"], "the handle"), "Loose edge, missed part: the handle"],
  [rejection(["wrong_label"], ""), "Wrong label"],
  [rejection([], "It is a bowl."), "It is a bowl."],
  [rejection([], ""), ""],
])("reasonText says %o in one line", (said, text) => {
  expect(reasonText(said)).toBe(text);
});

it.each([
  ["reviewer", "submitted", false, "judge"],
  ["reviewer", "submitted", true, "judge"],
  ["annotator", "submitted", true, "look"],
  ["annotator", "changes_requested", false, "mend"],
  ["reviewer", "changes_requested", true, "look"],
  ["viewer", "changes_requested", true, "look"],
  ["admin", "open", false, "look"],
] as const)("%s, %s, read-only %s: %s", (role, state, readOnly, part) => {
  expect(partOf(role, state, readOnly)).toBe(part);
});

describe("nextOf", () => {
  const ids = ["a", "b", "c", "d"];
  const wanted = (id: string): boolean => id === "b" || id === "d";

  it.each([
    [null, "b"],
    ["a", "b"],
    ["b", "d"],
    ["d", "b"],
    ["gone", "b"],
  ])("from %s it is %s", (from, next) => {
    expect(nextOf(ids, from, wanted)).toBe(next);
  });

  it("is nothing when no other is wanted", () => {
    expect(nextOf(ids, "b", (id) => id === "b")).toBeNull();
    expect(nextOf([], null, wanted)).toBeNull();
  });
});
