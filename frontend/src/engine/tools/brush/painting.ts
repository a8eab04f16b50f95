import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { BrushTool } from "./tool";

/** The pointer is down and paints. The objects learn of the stroke when it ends. */
export class Painting extends StateNode {
  readonly name = "painting";
  readonly hint = "brush.painting";

  constructor(private readonly tool: BrushTool) {
    super();
  }

  override onPointerMove(input: PointerInput): void {
    this.tool.paintTo(this.tool.context.camera.toImage(input.at));
  }

  override onPointerUp(input: PointerInput): void {
    this.tool.paintTo(this.tool.context.camera.toImage(input.at));
    this.tool.commit();
  }

  /** Undo in the middle of a stroke takes the stroke back; other keys wait for its end. */
  override onKey(command: ToolCommand): boolean {
    if (command.name === "undo" || command.name === "removePoint") this.tool.drop();
    else if (command.name === "brushSize") this.tool.resize(command.by);
    return true;
  }

  onCancel(): boolean {
    this.tool.drop();
    return true;
  }

  /** What was painted until then is work, and work is not lost. */
  onInterrupt(): void {
    this.tool.commit();
  }
}
