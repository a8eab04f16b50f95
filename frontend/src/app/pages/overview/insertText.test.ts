import { describe, expect, it } from "vitest";

import { insertBlock, pictureText, shows } from "./insertText";

describe("insertBlock", () => {
  it.each([
    ["", 0, 0, "X", 1],
    ["one", 3, 3, "one\n\nX", 6],
    ["one two", 3, 4, "one\n\nX\n\ntwo", 6],
    ["one\n\ntwo", 5, 5, "one\n\nX\n\ntwo", 6],
    ["one\ntwo", 4, 4, "one\n\nX\n\ntwo", 6],
    ["one\n\n", 5, 5, "one\n\nX", 6],
  ])("into %j at %i to %i", (text, from, to, expected, cursor) => {
    expect(insertBlock(text, from, to, "X")).toEqual({ text: expected, cursor });
  });
});

it("names a picture after its file, and finds it in a text", () => {
  expect(pictureText("a-red-cup.png")).toBe("![a red cup](a-red-cup.png)");
  expect(shows("See ![x](cup.png).", "cup.png")).toBe(true);
  expect(shows("See ![x](a-cup.png).", "cup.png")).toBe(false);
});
