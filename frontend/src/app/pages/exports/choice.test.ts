import { describe, expect, it } from "vitest";

import { isWhole, optionsOf, USUAL } from "./choice";

describe("a choice", () => {
  it("is by default what the server takes by default", () => {
    expect(optionsOf(USUAL)).toEqual({
      states: ["accepted"],
      label_ids: null,
      verdicts: null,
      min_area: 0,
      empty: true,
      overlaps: "front",
      splits: { by: "none", shares: {}, lists: {} },
      images: "none",
      crops: false,
      research: false,
      licence: "",
    });
  });

  it("tells parts as shares, and leaves out those of nothing", () => {
    const choice = { ...USUAL, splits: "hash", percent: { train: 75, val: 25, test: 0 } } as const;
    expect(optionsOf(choice).splits).toEqual({ by: "hash", shares: { train: 0.75, val: 0.25 }, lists: {} });
    expect(isWhole(choice)).toBe(true);
    expect(isWhole({ ...choice, percent: { train: 75, val: 20, test: 0 } })).toBe(false);
  });

  it("is not whole without a state or a label", () => {
    expect(isWhole(USUAL)).toBe(true);
    expect(isWhole({ ...USUAL, states: [] })).toBe(false);
    expect(isWhole({ ...USUAL, labels: [] })).toBe(false);
    expect(isWhole({ ...USUAL, labels: [3] })).toBe(true);
  });

  it("is the same for the same things ticked in another order", () => {
    const one = optionsOf({ ...USUAL, labels: [10, 9], states: ["submitted", "accepted"] });
    expect(one).toEqual(optionsOf({ ...USUAL, labels: [9, 10], states: ["accepted", "submitted"] }));
    expect(one.label_ids).toEqual([9, 10]);
  });

  it("names the verdicts that it means", () => {
    expect(optionsOf({ ...USUAL, verdicts: "notRejected" }).verdicts).toEqual(["none", "accepted"]);
    expect(optionsOf({ ...USUAL, verdicts: "accepted" }).verdicts).toEqual(["accepted"]);
  });
});
