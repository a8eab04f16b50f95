import { expect, it } from "vitest";

import { boxMask, record } from "../testing/bench";
import { Instead } from "./instead";

const records = [record("a"), record("b")];
const mask = boxMask(1, 2, 3, 4);

it("gives the records as they are while nothing else is to be drawn", () => {
  expect(new Instead().apply(records, null)).toBe(records);
});

it("draws another mask in one object's place, and gives the same array until something changes", () => {
  const instead = new Instead();
  const other = { id: "b", mask };
  const drawn = instead.apply(records, other);
  expect(drawn.map((each) => each.mask)).toEqual([records[0]?.mask, mask]);
  expect(drawn[0]).toBe(records[0]);
  expect(instead.apply(records, other)).toBe(drawn);
  expect(instead.apply([...records], other)).not.toBe(drawn);
  expect(records[1]?.mask).not.toBe(mask);
});
