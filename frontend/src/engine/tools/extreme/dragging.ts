import { distance } from "../../geometry";
import type { ScreenPoint } from "../../types";
import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { ExtremeTool } from "./tool";

/** CSS pixels that a press may wander and still be a click. */
const CLICK_SLOP = 3;

/** A point is held by the pointer. The draft learns of it at the drop, so that nothing needs to be put back. */
export class Dragging extends StateNode {
  readonly name = "dragging";
  readonly hint = "extreme.dragging";
  override readonly magnifies = true;
  private pressedAt: ScreenPoint | null = null;
  private moved = false;

  constructor(private readonly tool: ExtremeTool) {
    super();
  }

  press(at: ScreenPoint): void {
    this.pressedAt = at;
    this.moved = false;
  }

  override onPointerMove(input: PointerInput): void {
    if (this.pressedAt === null) return;
    this.moved ||= distance(input.at, this.pressedAt) > CLICK_SLOP;
    if (this.moved) this.tool.moveHeld(this.tool.clampedPoint(input.at));
  }

  override onPointerUp(input: PointerInput): void {
    if (this.moved) this.tool.dropHeld();
    else this.tool.clickOnHeld(input.at);
  }

  /** Undo in the middle of a drag takes the drag back; all other keys wait for the drop. */
  override onKey(command: ToolCommand): boolean {
    if (command.name === "undo" || command.name === "removePoint") this.tool.releaseHeld();
    return true;
  }

  onCancel(): boolean {
    this.tool.releaseHeld();
    return true;
  }

  onInterrupt(): void {
    this.tool.releaseHeld();
  }
}
