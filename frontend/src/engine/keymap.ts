/** What the engine does by key, and by which key as long as nobody chooses another. */
import { chordsOf, type Press } from "./chords";
import type { ToolCommand } from "./tools/node";
import type { KeyInput, Keeping, ToolName } from "./types";
import type { ViewCommand } from "./viewKeys";

export type KeyAction =
  | Exclude<ToolCommand, { readonly name: "nudge" }>
  | { readonly name: "space" }
  | { readonly name: "cancel" }
  | { readonly name: "delete" }
  | { readonly name: "view"; readonly command: ViewCommand }
  | { readonly name: "protect" }
  | { readonly name: "tool"; readonly tool: ToolName }
  | { readonly name: "keep"; readonly where: Keeping }
  | { readonly name: "label"; readonly index: number }
  | { readonly name: "zoom"; readonly factor: number }
  | { readonly name: "arrow"; readonly x: number; readonly y: number; readonly far: boolean };

export interface EngineKey {
  readonly action: KeyAction;
  readonly keys: readonly string[];
}

const ZOOM_STEP = 1.25;

const tool = (name: ToolName, key: string): EngineKey => ({ action: { name: "tool", tool: name }, keys: [key] });
const view = (command: ViewCommand, ...keys: string[]): EngineKey => ({ action: { name: "view", command }, keys });
const label = (index: number): EngineKey => ({ action: { name: "label", index }, keys: [String(index + 1)] });
const arrow = (x: number, y: number, key: string, far: boolean): EngineKey => ({
  action: { name: "arrow", x, y, far },
  keys: [far ? `Shift+${key}` : key],
});

/** By the names that the page gives these commands. */
export const ENGINE_KEYS = {
  accept: { action: { name: "space" }, keys: ["Space"] },
  cancel: { action: { name: "cancel" }, keys: ["Escape"] },
  place: { action: { name: "place" }, keys: ["Enter"] },
  removePoint: { action: { name: "removePoint" }, keys: ["Backspace"] },
  again: { action: { name: "again" }, keys: ["t"] },
  nextPoint: { action: { name: "stepPoint", by: 1 }, keys: ["."] },
  previousPoint: { action: { name: "stepPoint", by: -1 }, keys: [","] },
  left: arrow(-1, 0, "ArrowLeft", false),
  right: arrow(1, 0, "ArrowRight", false),
  up: arrow(0, -1, "ArrowUp", false),
  down: arrow(0, 1, "ArrowDown", false),
  farLeft: arrow(-1, 0, "ArrowLeft", true),
  farRight: arrow(1, 0, "ArrowRight", true),
  farUp: arrow(0, -1, "ArrowUp", true),
  farDown: arrow(0, 1, "ArrowDown", true),
  "tool.extreme": tool("extreme", "e"),
  "tool.box": tool("box", "r"),
  "tool.brush": tool("brush", "b"),
  "tool.eraser": tool("eraser", "x"),
  "tool.polygon": tool("polygon", "p"),
  "tool.select": tool("select", "v"),
  "tool.pan": tool("pan", "h"),
  brushLarger: { action: { name: "brushSize", by: 1 }, keys: ["]"] },
  brushSmaller: { action: { name: "brushSize", by: -1 }, keys: ["["] },
  keepInside: { action: { name: "keep", where: "inside" }, keys: ["i"] },
  keepOutside: { action: { name: "keep", where: "outside" }, keys: ["o"] },
  protect: { action: { name: "protect" }, keys: ["k"] },
  "label.1": label(0),
  "label.2": label(1),
  "label.3": label(2),
  "label.4": label(3),
  "label.5": label(4),
  "label.6": label(5),
  "label.7": label(6),
  "label.8": label(7),
  "label.9": label(8),
  delete: { action: { name: "delete" }, keys: ["Delete"] },
  undo: { action: { name: "undo" }, keys: ["Mod+z"] },
  redo: { action: { name: "redo" }, keys: ["Mod+Shift+z", "Mod+y"] },
  zoomIn: { action: { name: "zoom", factor: ZOOM_STEP }, keys: ["+", "="] },
  zoomOut: { action: { name: "zoom", factor: 1 / ZOOM_STEP }, keys: ["-", "_"] },
  fit: view("fit", "0", "Shift+1"),
  actualSize: view("actualSize", "Shift+0"),
  zoomToSelected: view("selected", "Shift+2"),
  turnRight: view("turnRight", ">"),
  turnLeft: view("turnLeft", "<"),
  outlines: view("outlines", "m"),
  magnifier: view("magnifier"),
} as const satisfies Record<string, EngineKey>;

export type EngineCommandId = keyof typeof ENGINE_KEYS;

const USUAL = new Map<string, KeyAction>(
  Object.values(ENGINE_KEYS).flatMap(({ action, keys }: EngineKey) => keys.map((key) => [key, action] as const)),
);

/** What a key means where nobody has chosen another; null when it means nothing to the engine. */
export function actionFor(press: Press): KeyAction | null {
  for (const chord of chordsOf(press)) {
    const action = USUAL.get(chord);
    if (action !== undefined) return action;
  }
  return null;
}

const EDITABLE = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const PRESSABLE = new Set(["BUTTON", "A", "SUMMARY"]);

/** True when the key belongs to the focused control and not to the canvas. */
export function belongsToControl({ target, key }: Pick<KeyInput, "target" | "key">): boolean {
  if (typeof target !== "object" || target === null) return false;
  const tag = "tagName" in target && typeof target.tagName === "string" ? target.tagName.toUpperCase() : "";
  if (EDITABLE.has(tag)) return true;
  if ("isContentEditable" in target && target.isContentEditable === true) return true;
  return PRESSABLE.has(tag) && (key === " " || key === "Enter");
}
