/** The scene, read from the engine's state whenever a layer is painted. */
import type { Core } from "../core";
import { draftViews } from "../tools/extreme/views";
import type { ExtremeTool } from "../tools/extreme/tool";
import type { Tool } from "../tools/node";
import type { ImagePoint, ObjectRecord } from "../types";
import type { Scene } from "./scene";
import { PALETTES } from "./theme";

/** The point being moved, else the pointer, as long as the extreme tool may use it. */
function aimOf(core: Core, extreme: ExtremeTool): ImagePoint | null {
  if (!extreme.active || core.readOnly) return null;
  return extreme.held?.point ?? core.pointerOnImage;
}

export function sceneOf(core: Core, extreme: ExtremeTool, tool: () => Tool): Scene {
  return {
    camera: core.camera,
    get pixelRatio() {
      return core.pixelRatio;
    },
    get palette() {
      return PALETTES[core.theme];
    },
    get picture() {
      return core.picture;
    },
    get objects() {
      return core.records.all();
    },
    get labels() {
      return core.labels;
    },
    get selection() {
      return core.selection;
    },
    get hovered() {
      return core.records.get(core.hoveredId ?? "") ?? null;
    },
    get drafts() {
      return draftViews(extreme);
    },
    get crosshair() {
      return aimOf(core, extreme);
    },
    get magnified() {
      return tool().current.magnifies ? aimOf(core, extreme) : null;
    },
    colorOf: (record: ObjectRecord) => core.colorOf(record, PALETTES[core.theme].unlabelled),
  };
}
