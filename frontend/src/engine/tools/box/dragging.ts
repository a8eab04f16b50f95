import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { BoxTool } from "./tool";

/** One corner is set; the opposite one follows the pointer or the arrow keys. */
export class BoxDragging extends StateNode {
  readonly name = "dragging";
  readonly hint = "box.dragging";
  override readonly magnifies = true;

  constructor(private readonly tool: BoxTool) {
    super();
  }

  /** A press while the arrow keys stretch the box sets the corner there. */
  override onPointerDown(input: PointerInput): void {
    this.tool.stretch(this.tool.context.camera.toImage(input.at));
  }

  override onPointerMove(input: PointerInput): void {
    this.tool.stretch(this.tool.context.camera.toImage(input.at));
  }

  override onPointerUp(input: PointerInput): void {
    this.tool.stretch(this.tool.context.camera.toImage(input.at));
    this.tool.finish();
  }

  override onKey(command: ToolCommand): boolean {
    const { context } = this.tool;
    switch (command.name) {
      case "nudge":
        context.moveCursor(command.dx, command.dy);
        if (context.pointer !== null) this.tool.stretch(context.pointer);
        return true;
      case "place":
      case "accept":
        this.tool.finish();
        return true;
      case "undo":
      case "removePoint":
        this.tool.dropBox();
        return true;
      default:
        return true;
    }
  }

  onCancel(): boolean {
    this.tool.dropBox();
    return true;
  }

  /** Half a box means nothing. */
  onInterrupt(): void {
    this.tool.dropBox();
  }
}
