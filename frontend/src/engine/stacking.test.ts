import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { movedTo, placed, stacked, type Move } from "./stacking";
import { record } from "./testing/bench";

const at = (id: string, position?: number) => record(id, position === undefined ? {} : { position });
const ids = (list: readonly { id: string }[]): string => list.map(({ id }) => id).join("");

describe("stacked", () => {
  it("puts higher positions in front, later objects before earlier ones of the same, and new ones before all", () => {
    expect(ids(stacked([at("a", 5), at("b"), at("c", 1), at("d", 5), at("e")]))).toBe("cadbe");
  });

  it("is the same array where that is the order already", () => {
    const list = [at("a", 1), at("b", 1), at("c")];
    expect(stacked(list)).toBe(list);
  });
});

describe("movedTo", () => {
  const list = [at("a", 1024), at("b", 2048), at("c", 3072)];

  it.each<[string, Move, [string, number][]]>([
    ["a", "front", [["a", 4096]]],
    ["c", "back", [["c", 0]]],
    ["a", "forward", [["a", 2560]]],
    ["c", "backward", [["c", 1536]]],
    ["c", "front", []],
    ["a", "backward", []],
    ["x", "front", []],
  ])("brings %s %s", (id, move, changes) => {
    expect([...movedTo(list, id, move)]).toEqual(changes);
  });

  it("numbers all anew where there is no room, and names only those that change", () => {
    const tight = [at("a", 1024), at("b", 1025), at("c", 1026)];
    expect([...movedTo(tight, "a", "forward")]).toEqual([["b", 1024], ["a", 2048], ["c", 3072]].filter(([, n]) => n !== 1026));
  });

  it("brings an object exactly where it was wanted, whatever the positions were", () => {
    const positions = fc.array(fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }), { minLength: 1, maxLength: 6 });
    const moves = fc.constantFrom<Move>("front", "back", "forward", "backward");
    fc.assert(
      fc.property(positions, fc.nat(), moves, (numbers, which, move) => {
        const records = numbers.map((position, index) => at(String(index), position));
        const id = String(which % records.length);
        const before = stacked(records).map((one) => one.id);
        const from = before.indexOf(id);
        const last = before.length - 1;
        const to = { front: last, back: 0, forward: Math.min(from + 1, last), backward: Math.max(from - 1, 0) }[move];
        before.splice(to, 0, ...before.splice(from, 1));
        const changes = movedTo(records, id, move);
        const after = placed(records).map((one) => ({ ...one, position: changes.get(one.id) ?? one.position }));
        const inFirstOrder = records.map((one) => after.find((other) => other.id === one.id) ?? one);
        expect(stacked(inFirstOrder).map((one) => one.id)).toEqual(before);
      }),
    );
  });
});
