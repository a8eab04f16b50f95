/** Which key means what. */
import type { ToolCommand } from "./tools/node";
import type { KeyInput, Keeping, ToolName } from "./types";

export type KeyAction =
  | Exclude<ToolCommand, { readonly name: "nudge" }>
  | { readonly name: "space" }
  | { readonly name: "cancel" }
  | { readonly name: "delete" }
  | { readonly name: "fit" }
  | { readonly name: "protect" }
  | { readonly name: "tool"; readonly tool: ToolName }
  | { readonly name: "keep"; readonly where: Keeping }
  | { readonly name: "label"; readonly index: number }
  | { readonly name: "zoom"; readonly factor: number }
  | { readonly name: "arrow"; readonly x: number; readonly y: number; readonly far: boolean };

const ZOOM_STEP = 1.25;

const NAMED = new Map<string, KeyAction>(
  Object.entries({
    " ": { name: "space" },
    Enter: { name: "place" },
    Escape: { name: "cancel" },
    Backspace: { name: "removePoint" },
    Delete: { name: "delete" },
    "0": { name: "fit" },
    "+": { name: "zoom", factor: ZOOM_STEP },
    "=": { name: "zoom", factor: ZOOM_STEP },
    "-": { name: "zoom", factor: 1 / ZOOM_STEP },
    _: { name: "zoom", factor: 1 / ZOOM_STEP },
    ".": { name: "stepPoint", by: 1 },
    ",": { name: "stepPoint", by: -1 },
    "]": { name: "brushSize", by: 1 },
    "[": { name: "brushSize", by: -1 },
    t: { name: "again" },
    k: { name: "protect" },
    i: { name: "keep", where: "inside" },
    o: { name: "keep", where: "outside" },
    e: { name: "tool", tool: "extreme" },
    r: { name: "tool", tool: "box" },
    b: { name: "tool", tool: "brush" },
    x: { name: "tool", tool: "eraser" },
    p: { name: "tool", tool: "polygon" },
    v: { name: "tool", tool: "select" },
    h: { name: "tool", tool: "pan" },
  } satisfies Record<string, KeyAction>),
);

const ARROWS = new Map<string, readonly [x: number, y: number]>(
  Object.entries({
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  }),
);

/** The Latin letter of the key, by its place on the keyboard where the layout has another alphabet. */
function letterOf({ key, code }: KeyInput): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  // A layout that writes another ASCII sign there means that sign.
  return place !== undefined && /^[^\u0020-\u007e]$/.test(key) ? place.toLowerCase() : "";
}

/** Digits also where the layout needs Shift for them. */
function digitOf({ key, code, shiftKey }: KeyInput): number | null {
  if (/^\d$/.test(key)) return Number(key);
  const place = /^Digit(\d)$/.exec(code)?.[1];
  return place !== undefined && !shiftKey && /^[^-+=_.,]$/.test(key) ? Number(place) : null;
}

function withControl(input: KeyInput): KeyAction | null {
  const letter = letterOf(input);
  if (letter === "z") return { name: input.shiftKey ? "redo" : "undo" };
  return letter === "y" && !input.shiftKey ? { name: "redo" } : null;
}

/** Null when the key means nothing to the engine. */
export function actionFor(input: KeyInput): KeyAction | null {
  if (input.altKey) return null;
  if (input.ctrlKey || input.metaKey) return withControl(input);
  const arrow = ARROWS.get(input.key);
  if (arrow !== undefined) return { name: "arrow", x: arrow[0], y: arrow[1], far: input.shiftKey };
  const digit = digitOf(input);
  if (digit !== null && digit > 0) return { name: "label", index: digit - 1 };
  if (digit === 0) return { name: "fit" };
  const letter = letterOf(input);
  return NAMED.get(letter === "" ? input.key : letter) ?? null;
}

const EDITABLE = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const PRESSABLE = new Set(["BUTTON", "A", "SUMMARY"]);

/** True when the key belongs to the focused control and not to the canvas. */
export function belongsToControl({ target, key }: KeyInput): boolean {
  if (typeof target !== "object" || target === null) return false;
  const tag = "tagName" in target && typeof target.tagName === "string" ? target.tagName.toUpperCase() : "";
  if (EDITABLE.has(tag)) return true;
  if ("isContentEditable" in target && target.isContentEditable === true) return true;
  return PRESSABLE.has(tag) && (key === " " || key === "Enter");
}
