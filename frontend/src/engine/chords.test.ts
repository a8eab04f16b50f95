import { describe, expect, it } from "vitest";

import { chordsOf } from "./chords";
import { keyInput } from "./testing/bench";

describe("chordsOf", () => {
  it.each([
    ["e", {}, ["e"]],
    ["E", {}, ["e"]],
    ["E", { shiftKey: true }, ["Shift+e"]],
    ["z", { ctrlKey: true }, ["Mod+z"]],
    ["Z", { metaKey: true, shiftKey: true }, ["Mod+Shift+z"]],
    [" ", {}, ["Space"]],
    ["Enter", { ctrlKey: true }, ["Mod+Enter"]],
    ["Enter", { shiftKey: true }, ["Shift+Enter", "Enter"]],
    ["ArrowUp", { shiftKey: true }, ["Shift+ArrowUp"]],
    ["?", { shiftKey: true, code: "Slash" }, ["?"]],
    ["/", { shiftKey: true, code: "Digit7" }, ["Shift+7", "/"]],
    ["7", { shiftKey: true, code: "Digit7" }, ["7"]],
    ["&", { code: "Digit1" }, ["1"]],
    ["-", { code: "Digit6" }, ["-"]],
    ["б", { code: "Comma" }, [","]],
    ["ф", { code: "KeyA" }, ["a"]],
    ["q", { code: "KeyA" }, ["q"]],
    ["e", { altKey: true }, []],
    ["Shift", { shiftKey: true, code: "ShiftLeft" }, []],
    ["Dead", { code: "Quote" }, []],
  ] as const)("%s %o is %j", (key, over, chords) => {
    expect(chordsOf(keyInput(key, over))).toEqual(chords);
  });
});
