import { describe, expect, it } from "vitest";
import { actionFor, belongsToControl } from "./keymap";
import { keyInput } from "./testing/bench";

describe("actionFor", () => {
  it.each([
    [" ", {}, { name: "space" }],
    ["Enter", {}, { name: "place" }],
    ["Escape", {}, { name: "cancel" }],
    ["Backspace", {}, { name: "removePoint" }],
    ["Delete", {}, { name: "delete" }],
    ["0", {}, { name: "view", command: "fit" }],
    [")", { shiftKey: true, code: "Digit0" }, { name: "view", command: "actualSize" }],
    ["!", { shiftKey: true, code: "Digit1" }, { name: "view", command: "fit" }],
    ['"', { shiftKey: true, code: "Digit2" }, { name: "view", command: "selected" }],
    ["2", { shiftKey: true, code: "Digit2" }, { name: "label", index: 1 }],
    [">", { shiftKey: true, code: "Period" }, { name: "view", command: "turnRight" }],
    ["<", {}, { name: "view", command: "turnLeft" }],
    ["m", {}, { name: "view", command: "outlines" }],
    ["1", {}, { name: "label", index: 0 }],
    ["9", {}, { name: "label", index: 8 }],
    ["+", { shiftKey: true }, { name: "zoom", factor: 1.25 }],
    ["-", {}, { name: "zoom", factor: 0.8 }],
    ["e", {}, { name: "tool", tool: "extreme" }],
    ["V", {}, { name: "tool", tool: "select" }],
    ["h", {}, { name: "tool", tool: "pan" }],
    ["t", {}, { name: "again" }],
    ["r", {}, { name: "tool", tool: "box" }],
    ["k", {}, { name: "protect" }],
    ["b", {}, { name: "tool", tool: "brush" }],
    ["x", {}, { name: "tool", tool: "eraser" }],
    ["p", {}, { name: "tool", tool: "polygon" }],
    ["i", {}, { name: "keep", where: "inside" }],
    ["o", {}, { name: "keep", where: "outside" }],
    ["Enter", { shiftKey: true }, { name: "place" }],
    ["[", {}, { name: "brushSize", by: -1 }],
    ["]", {}, { name: "brushSize", by: 1 }],
    [".", {}, { name: "stepPoint", by: 1 }],
    [",", {}, { name: "stepPoint", by: -1 }],
    ["z", { ctrlKey: true }, { name: "undo" }],
    ["z", { metaKey: true }, { name: "undo" }],
    ["Z", { ctrlKey: true, shiftKey: true }, { name: "redo" }],
    ["y", { ctrlKey: true }, { name: "redo" }],
    ["ArrowLeft", {}, { name: "arrow", x: -1, y: 0, far: false }],
    ["ArrowDown", { shiftKey: true }, { name: "arrow", x: 0, y: 1, far: true }],
  ])("%s %o", (key, over, action) => {
    expect(actionFor(keyInput(key, over))).toEqual(action);
  });

  it.each([
    ["b", { ctrlKey: true }],
    ["0", { ctrlKey: true }],
    ["e", { altKey: true }],
    ["F5", {}],
    ["Tab", {}],
    ["V", { shiftKey: true }],
    ["q", {}],
    ["toString", {}],
  ])("leaves %s %o to the browser", (key, over) => {
    expect(actionFor(keyInput(key, over))).toBeNull();
  });

  it("goes by the place of a letter where the layout is not Latin", () => {
    expect(actionFor(keyInput("у", { code: "KeyE" }))).toEqual({ name: "tool", tool: "extreme" });
    expect(actionFor(keyInput("я", { code: "KeyZ", ctrlKey: true }))).toEqual({ name: "undo" });
  });

  it("goes by the place of a sign too where a letter of another alphabet is there", () => {
    expect(actionFor(keyInput("х", { code: "BracketLeft" }))).toEqual({ name: "brushSize", by: -1 });
    expect(actionFor(keyInput("Ю", { code: "Period", shiftKey: true }))).toEqual({ name: "view", command: "turnRight" });
  });

  it("goes by the letter where the layout is Latin but not QWERTY", () => {
    expect(actionFor(keyInput("z", { code: "KeyW", ctrlKey: true }))).toEqual({ name: "undo" });
    expect(actionFor(keyInput(".", { code: "KeyE" }))).toEqual({ name: "stepPoint", by: 1 });
  });

  it("takes digits without Shift where the layout wants Shift for them", () => {
    expect(actionFor(keyInput("&", { code: "Digit1" }))).toEqual({ name: "label", index: 0 });
    expect(actionFor(keyInput("-", { code: "Digit6" }))).toEqual({ name: "zoom", factor: 0.8 });
    expect(actionFor(keyInput("$", { code: "Digit4", shiftKey: true }))).toBeNull();
  });
});

describe("belongsToControl", () => {
  it.each([
    [{ tagName: "INPUT" }, "e", true],
    [{ tagName: "textarea" }, "Escape", true],
    [{ tagName: "DIV", isContentEditable: true }, "e", true],
    [{ tagName: "BUTTON" }, " ", true],
    [{ tagName: "BUTTON" }, "Enter", true],
    [{ tagName: "BUTTON" }, "e", false],
    [{ tagName: "DIV", isContentEditable: false }, " ", false],
    [null, " ", false],
  ])("%o %s: %s", (target, key, expected) => {
    expect(belongsToControl(keyInput(key, { target }))).toBe(expected);
  });
});
