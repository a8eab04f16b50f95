/** Every tool, and what the drawing and the status ask of the one in hand. */
import { BrushSize } from "./brush/size";
import { BrushTool } from "./brush/tool";
import { BoxTool } from "./box/tool";
import { ExtremeTool } from "./extreme/tool";
import type { Tool, ToolContext } from "./node";
import { PanTool } from "./pan/tool";
import { PolygonTool } from "./polygon/tool";
import { SelectTool } from "./select/tool";
import type { ToolName } from "../types";

/** The tools that are about the selected object, so that choosing a label is meant for it too. */
export const WORKS_ON_SELECTED: ReadonlySet<ToolName> = new Set(["select", "brush", "eraser", "polygon"]);

export class Toolbox {
  readonly size = new BrushSize();
  readonly extreme: ExtremeTool;
  readonly brush: BrushTool;
  readonly eraser: BrushTool;
  readonly polygon: PolygonTool;
  readonly box: BoxTool;
  readonly select: SelectTool;
  readonly pan: PanTool;

  constructor(context: ToolContext) {
    const kit = { size: this.size, keptTo: new Map<string, string>() };
    this.extreme = new ExtremeTool(context);
    this.brush = new BrushTool(context, "brush", kit);
    this.eraser = new BrushTool(context, "eraser", kit);
    this.polygon = new PolygonTool(context);
    this.box = new BoxTool(context, this.extreme);
    this.select = new SelectTool(context);
    this.pan = new PanTool(context);
  }

  named(name: ToolName): Tool {
    return this[name];
  }

  /** The drafts of four clicks are in hand: with their own tool, and with the box that shares them. */
  get clicking(): boolean {
    return this.extreme.active || this.box.active;
  }

  /** The brush or eraser in hand. */
  get painter(): BrushTool | null {
    if (this.brush.active) return this.brush;
    return this.eraser.active ? this.eraser : null;
  }

  /** A stroke is on its way. */
  get painting(): boolean {
    return this.painter !== null && this.painter.live !== null;
  }

  /** True while something is half made that leaving the task would lose. */
  get drawing(): boolean {
    return this.painting || this.polygon.ring.length > 0;
  }

  /** The selection or the objects have changed. */
  settle(): void {
    this.select.settle();
    this.polygon.settle();
  }

  /** Another image is opened: nothing that was begun is about it. */
  reset(): void {
    this.extreme.reset();
    this.brush.reset();
    this.eraser.reset();
    this.polygon.reset();
    this.box.reset();
  }
}
