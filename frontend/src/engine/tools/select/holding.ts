import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { SelectTool } from "./tool";

/** One object is selected: digits relabel it, Delete removes it, Escape lets it go. */
export class SelectHolding extends StateNode {
  readonly name = "holding";
  readonly hint = "select.holding";

  constructor(private readonly tool: SelectTool) {
    super();
  }

  override onPointerDown(input: PointerInput): void {
    this.tool.pick(input.at);
  }

  override onPointerMove(input: PointerInput): void {
    this.tool.hover(input.at);
  }

  override onExit(): void {
    this.tool.context.hover(null);
  }

  override onKey(command: ToolCommand): boolean {
    return command.name === "nudge" && this.tool.step(command.dx + command.dy > 0 ? 1 : -1);
  }

  onCancel(): boolean {
    this.tool.context.select(null);
    this.tool.settle();
    return true;
  }

  /** The selection is kept; it belongs to the engine and the object list as well. */
  onInterrupt(): void {
    this.tool.context.hover(null);
  }
}
