/** Does what a key means. */
import type { Core } from "./core";
import type { KeyAction } from "./keymap";
import type { Tool } from "./tools/node";
import { WORKS_ON_SELECTED } from "./tools/toolbox";
import type { EngineApi, Keeping } from "./types";
import { performView } from "./viewKeys";

export interface KeyDesk {
  readonly core: Core;
  readonly engine: EngineApi;
  tool(): Tool;
  spaceDown(): boolean;
  /** Until the key is let go; false where the tool in hand keeps nothing anywhere. */
  keep(where: Keeping): boolean;
  /** Escape; true when there was something to cancel. */
  cancelled(): boolean;
}

/** Shift makes the arrow keys this much faster. */
const FAR = 20;

/** One screen pixel, but at least one image pixel; whole image pixels in any case. */
function arrowStep(scale: number, far: boolean): number {
  return Math.max(1, Math.round((far ? FAR : 1) / Math.min(scale, 1)));
}

function label(desk: KeyDesk, index: number): boolean {
  const { core, engine } = desk;
  const chosen = core.labels[index];
  if (chosen === undefined) return false;
  engine.setCurrentLabel(chosen.id);
  if (WORKS_ON_SELECTED.has(desk.tool().name)) engine.relabelSelected(chosen.id);
  return true;
}

function remove(desk: KeyDesk): boolean {
  if (desk.core.selection === null) return false;
  desk.engine.deleteSelected();
  return true;
}

/** True when the key was used. */
export function performKey(action: KeyAction, desk: KeyDesk): boolean {
  const { core, engine } = desk;
  switch (action.name) {
    case "space":
      return desk.spaceDown();
    case "keep":
      return desk.keep(action.where);
    case "cancel":
      return desk.cancelled();
    case "delete":
      return remove(desk);
    case "protect":
      engine.setProtectsOthers(!core.protectsOthers);
      return true;
    case "view":
      performView(engine.view, action.command);
      return true;
    case "zoom":
      engine.view.zoomBy(action.factor);
      return true;
    case "tool":
      engine.setTool(action.tool);
      return true;
    case "label":
      return label(desk, action.index);
    case "undo":
      engine.undo();
      return true;
    case "redo":
      engine.redo();
      return true;
    case "arrow": {
      const step = arrowStep(core.camera.scale, action.far);
      const [dx, dy] = core.camera.stepInImage(action.x * step, action.y * step);
      return desk.tool().current.onKey?.({ name: "nudge", dx, dy }) ?? false;
    }
    default:
      return desk.tool().current.onKey?.(action) ?? false;
  }
}
