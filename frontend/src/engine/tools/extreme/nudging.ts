import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { ExtremeTool } from "./tool";

/** A point is held by the keyboard: arrows move it, Enter drops it, Escape puts it back. */
export class Nudging extends StateNode {
  readonly name = "nudging";
  readonly hint = "extreme.nudging";
  override readonly magnifies = true;

  constructor(private readonly tool: ExtremeTool) {
    super();
  }

  /** The pointer takes over: the point is dropped where it is, and the press means what it always means. */
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
        return this.tool.holdPoint(command.by);
      case "undo":
      case "removePoint":
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
