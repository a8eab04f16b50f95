import type { HintKey } from "../../types";
import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { BrushTool } from "./tool";

/** No stroke is on its way; the next press begins one. */
export class BrushIdle extends StateNode {
  readonly name = "idle";

  constructor(private readonly tool: BrushTool) {
    super();
  }

  get hint(): HintKey {
    return this.tool.idleHint;
  }

  override onPointerDown(input: PointerInput): void {
    this.tool.press(input.at);
  }

  override onKey(command: ToolCommand): boolean {
    switch (command.name) {
      case "place":
        this.tool.steer();
        return true;
      case "accept":
        return this.tool.finishObject();
      case "nudge":
        this.tool.context.moveCursor(command.dx, command.dy);
        return true;
      case "brushSize":
        this.tool.resize(command.by);
        return true;
      default:
        return false;
    }
  }

  /** Nothing of its own; the engine lets the selected object go. */
  onCancel(): boolean {
    return false;
  }

  onInterrupt(): void {}
}
