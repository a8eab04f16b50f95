import type { HintKey } from "../../types";
import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { PolygonTool } from "./tool";

/** A ring has its first vertices; it waits for the next one or for being closed. */
export class PolygonPlacing extends StateNode {
  readonly name = "placing";
  override readonly magnifies = true;

  constructor(private readonly tool: PolygonTool) {
    super();
  }

  get hint(): HintKey {
    if (this.tool.makesHole) return "polygon.hole";
    return this.tool.canClose ? "polygon.closing" : "polygon.next";
  }

  override aimsAt(): boolean {
    return true;
  }

  override onSecondary(): boolean {
    return this.tool.takeBack();
  }

  override onPointerDown(input: PointerInput): void {
    if (this.tool.closesAt(input)) this.tool.close();
    else this.tool.addVertex(this.tool.pointUnder(input.at));
  }

  /** The line to the next vertex follows the pointer, which repaints the overlay anyway. */
  override onKey(command: ToolCommand): boolean {
    switch (command.name) {
      case "place":
        this.enter();
        return true;
      case "accept":
        this.tool.close();
        return true;
      case "removePoint":
      case "undo":
        return this.tool.takeBack();
      case "redo":
        return this.tool.putBack();
      case "nudge":
        this.tool.context.moveCursor(command.dx, command.dy);
        return true;
      default:
        return false;
    }
  }

  onCancel(): boolean {
    this.tool.dropRing();
    return true;
  }

  /** The vertices stay; whoever comes back goes on from them. */
  onInterrupt(): void {}

  /** Enter closes; for who steers by keys it sets a vertex, and closes when the cursor has not left the last one. */
  private enter(): void {
    const { pointer, keyboardCursor } = this.tool.context;
    const last = this.tool.ring.at(-1);
    const moved = pointer !== null && last !== undefined && (pointer.x !== last.x || pointer.y !== last.y);
    if (keyboardCursor && moved) this.tool.addVertex(this.tool.clamped(pointer));
    else this.tool.close();
  }
}
