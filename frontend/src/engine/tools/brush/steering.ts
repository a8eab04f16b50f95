import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { BrushTool } from "./tool";

/** The brush is down and follows the arrow keys. */
export class Steering extends StateNode {
  readonly name = "steering";
  readonly hint = "brush.steering";

  constructor(private readonly tool: BrushTool) {
    super();
  }

  /** A press takes over: the stroke of the keys ends, and one of the pointer begins. */
  override onPointerDown(input: PointerInput): void {
    this.tool.commit();
    this.tool.press(input.at);
  }

  override onKey(command: ToolCommand): boolean {
    const { context } = this.tool;
    switch (command.name) {
      case "nudge":
        context.moveCursor(command.dx, command.dy);
        if (context.pointer !== null) this.tool.paintTo(context.pointer);
        return true;
      case "place":
      case "accept":
        this.tool.commit();
        return true;
      case "undo":
      case "removePoint":
        this.tool.drop();
        return true;
      case "brushSize":
        this.tool.resize(command.by);
        return true;
      default:
        return true;
    }
  }

  onCancel(): boolean {
    this.tool.drop();
    return true;
  }

  onInterrupt(): void {
    this.tool.commit();
  }
}
