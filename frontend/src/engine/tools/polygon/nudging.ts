import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { PolygonTool } from "./tool";

/** A vertex is held by the keyboard and follows the arrow keys. */
export class PolygonNudging extends StateNode {
  readonly name = "nudging";
  readonly hint = "polygon.nudging";
  override readonly magnifies = true;

  constructor(private readonly tool: PolygonTool) {
    super();
  }

  override onPointerDown(input: PointerInput): void {
    this.tool.dropHeld();
    this.tool.current.onPointerDown?.(input);
  }

  override onKey(command: ToolCommand): boolean {
    switch (command.name) {
      case "nudge":
        this.tool.nudgeHeld(command.dx, command.dy);
        return true;
      case "place":
      case "accept":
        this.tool.dropHeld();
        return true;
      case "stepPoint":
        return this.tool.holdVertex(command.by);
      case "removePoint":
        this.tool.dropHeld();
        return this.tool.removeVertex();
      case "undo":
        this.tool.releaseHeld();
        return true;
      default:
        return true;
    }
  }

  onCancel(): boolean {
    this.tool.releaseHeld();
    return true;
  }

  onInterrupt(): void {
    this.tool.releaseHeld();
  }
}
