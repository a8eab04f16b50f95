import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { HintKey } from "../../types";
import type { SelectTool } from "./tool";

/** No object is selected. */
export class SelectIdle extends StateNode {
  readonly name: string = "idle";
  readonly hint: HintKey = "select.idle";

  constructor(protected readonly tool: SelectTool) {
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
    return false;
  }

  /** A selection is kept; it belongs to the engine and the object list as well. */
  onInterrupt(): void {
    this.tool.context.hover(null);
  }
}
