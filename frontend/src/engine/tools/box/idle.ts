import type { HintKey } from "../../types";
import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { BoxTool } from "./tool";

/** No box is on its way. What has been asked for is waited for, mended and accepted as after four clicks. */
export class BoxIdle extends StateNode {
  readonly name = "idle";

  constructor(private readonly tool: BoxTool) {
    super();
  }

  get hint(): HintKey {
    const { extreme } = this.tool;
    return extreme.queue.newest === undefined ? "box.idle" : extreme.current.hint;
  }

  override onPointerDown(input: PointerInput): void {
    this.tool.begin(this.tool.context.camera.toImage(input.at));
  }

  override onKey(command: ToolCommand): boolean {
    const { context, extreme } = this.tool;
    switch (command.name) {
      case "nudge":
        context.moveCursor(command.dx, command.dy);
        return true;
      case "place":
        if ((extreme.head?.failure ?? null) !== null) return extreme.retry();
        if (context.pointer !== null) this.tool.begin(context.pointer);
        return true;
      case "stepPoint":
        return false;
      default:
        return extreme.current.onKey?.(command) ?? false;
    }
  }

  onCancel(): boolean {
    return this.tool.extreme.current.onCancel();
  }

  onInterrupt(): void {}
}
