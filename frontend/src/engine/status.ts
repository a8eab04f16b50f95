/** The snapshot that the user interface sees. */
import type { Core } from "./core";
import { extremeStatus } from "./tools/extreme/views";
import type { Tool } from "./tools/node";
import type { Toolbox } from "./tools/toolbox";
import type { EngineStatus, HintKey } from "./types";

/** What stands in the way comes first, then what has just gone wrong, then what can be done. */
function hintOf(core: Core, tool: Tool): HintKey {
  if (core.image !== "ready") return `image.${core.image}`;
  if (core.noticed !== null) return core.noticed;
  const looks = tool.name === "select" || tool.name === "pan";
  return core.readOnly && !looks ? "readOnly" : tool.current.hint;
}

export function statusOf(core: Core, tool: Tool, tools: Toolbox): EngineStatus {
  const { extreme, polygon, clicking } = tools;
  const clicked = extremeStatus(extreme);
  const canTakeBack = (clicking && clicked.points.length > 0) || (polygon.active && polygon.ring.length > 0);
  const canPutBack = (clicking && extreme.queue.canPutBack) || (polygon.active && polygon.canPutBack);
  return {
    tool: tool.name,
    state: `${tool.name}.${tool.current.name}`,
    hint: hintOf(core, tool),
    ...clicked,
    selection: core.selection,
    currentLabelId: core.currentLabelId,
    zoom: core.camera.scale,
    pointer: core.pointerOnImage,
    image: core.image,
    canUndo: !core.readOnly && (core.history.canUndo || canTakeBack || tools.painting),
    canRedo: !core.readOnly && (core.history.canRedo || canPutBack),
    objectCount: core.records.size,
    readOnly: core.readOnly,
    brushSize: tools.size.of(core.imageSize),
    keeping: core.keeping,
    protectsOthers: core.protectsOthers,
    drawing: tools.drawing,
  };
}

/** Keeps one snapshot until something in it changes, and tells whoever listens. */
export class StatusBoard {
  private readonly listeners = new Set<(status: EngineStatus) => void>();
  private shown: EngineStatus | null = null;
  private told: EngineStatus | null = null;

  constructor(private readonly build: () => EngineStatus) {}

  current(): EngineStatus {
    const fresh = this.build();
    if (this.shown === null || JSON.stringify(fresh) !== JSON.stringify(this.shown)) this.shown = fresh;
    return this.shown;
  }

  listen(listener: (status: EngineStatus) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  publish(): void {
    const now = this.current();
    if (now === this.told) return;
    this.told = now;
    for (const listener of [...this.listeners]) listener(now);
  }

  clear(): void {
    this.listeners.clear();
  }
}
