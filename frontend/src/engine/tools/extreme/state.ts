import type { ImagePoint } from "../../types";
import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { ExtremeTool } from "./tool";

/** What the states between drags have in common: a press either grabs a point or is a click of the state's own. */
export abstract class ExtremeState extends StateNode {
  constructor(protected readonly tool: ExtremeTool) {
    super();
  }

  /** A click (or a point set by keyboard) inside the image that grabbed nothing. */
  abstract click(point: ImagePoint): void;

  override aimsAt(input: PointerInput): boolean {
    return this.tool.pointNear(input) === null;
  }

  override onPointerDown(input: PointerInput): void {
    if (this.tool.grab(input)) return;
    const point = this.tool.pointUnder(input.at);
    if (point !== null) this.click(point);
  }

  override onKey(command: ToolCommand): boolean {
    switch (command.name) {
      case "place":
        this.tool.clickAtCursor(this);
        return true;
      case "removePoint":
      case "undo":
        return this.tool.takeBack();
      case "redo":
        return this.tool.putBack();
      case "accept":
        this.tool.accept();
        return true;
      case "redoClicks":
      case "again":
        return this.tool.startAgain();
      case "stepPoint":
        return this.tool.holdPoint(command.by);
      case "nudge":
        this.tool.context.moveCursor(command.dx, command.dy);
        return true;
      case "retry":
        return this.tool.retry();
      case "brushSize":
        return false;
    }
  }

  /** Drafts belong to the tool: another tool, a lost pointer or a pause leaves them as they are. */
  onInterrupt(): void {}

  override onAnswer(): void {
    this.tool.settle();
  }

  override onFailure(): void {
    this.tool.settle();
  }

  onCancel(): boolean {
    return this.tool.dropNewest();
  }
}
