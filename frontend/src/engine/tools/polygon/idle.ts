import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { PolygonTool } from "./tool";

/** No ring is on its way and no object is selected. */
export class PolygonIdle extends StateNode {
  readonly name = "idle";
  readonly hint = "polygon.first";
  override readonly magnifies = true;

  constructor(private readonly tool: PolygonTool) {
    super();
  }

  override aimsAt(): boolean {
    return true;
  }

  override onPointerDown(input: PointerInput): void {
    this.tool.begin(this.tool.pointUnder(input.at));
  }

  override onKey(command: ToolCommand): boolean {
    const { context } = this.tool;
    switch (command.name) {
      case "place":
        if (context.pointer !== null) this.tool.begin(this.tool.clamped(context.pointer));
        return true;
      case "redo":
        return this.tool.putBack();
      case "nudge":
        context.moveCursor(command.dx, command.dy);
        return true;
      default:
        return false;
    }
  }

  onCancel(): boolean {
    return false;
  }

  onInterrupt(): void {}
}
