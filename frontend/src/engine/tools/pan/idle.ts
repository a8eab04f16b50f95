import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { PanTool } from "./tool";

/** Nothing is held; the next press takes hold of the image. */
export class PanIdle extends StateNode {
  readonly name = "idle";
  readonly hint = "pan.idle";

  constructor(private readonly tool: PanTool) {
    super();
  }

  override onPointerDown(input: PointerInput): void {
    this.tool.hold(input.at);
  }

  override onKey(command: ToolCommand): boolean {
    if (command.name !== "nudge") return false;
    this.tool.stepTowards(command.dx, command.dy);
    return true;
  }

  onCancel(): boolean {
    return false;
  }

  onInterrupt(): void {}
}
