import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { PolygonTool } from "./tool";

/** A vertex is held by the pointer. The object learns of it at the drop. */
export class PolygonDragging extends StateNode {
  readonly name = "dragging";
  readonly hint = "polygon.dragging";
  override readonly magnifies = true;

  constructor(private readonly tool: PolygonTool) {
    super();
  }

  override onPointerMove(input: PointerInput): void {
    this.tool.moveHeld(this.tool.pointUnder(input.at));
  }

  override onPointerUp(): void {
    this.tool.dropHeld();
  }

  /** Undo in the middle of a drag takes the drag back; all other keys wait for the drop. */
  override onKey(command: ToolCommand): boolean {
    if (command.name === "undo" || command.name === "removePoint") this.tool.releaseHeld();
    return true;
  }

  onCancel(): boolean {
    this.tool.releaseHeld();
    return true;
  }

  onInterrupt(): void {
    this.tool.releaseHeld();
  }
}
