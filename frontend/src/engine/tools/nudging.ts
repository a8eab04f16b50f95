import { StateNode, type PointerInput, type ToolCommand } from "./node";

/** A tool with a point that can be held. */
interface HoldingTool {
  readonly current: StateNode;
  nudgeHeld(dx: number, dy: number): void;
  dropHeld(): void;
  releaseHeld(): void;
}

/** A point is held by the keyboard: arrows move it, Enter drops it, Escape puts it back. */
export abstract class HeldByKeys extends StateNode {
  readonly name = "nudging";
  override readonly magnifies = true;

  constructor(private readonly holding: HoldingTool) {
    super();
  }

  /** Takes hold of the point before or after this one instead. */
  protected abstract step(by: 1 | -1): boolean;

  /** What Backspace does here. */
  protected abstract remove(): boolean;

  /** The pointer takes over: the point is dropped where it is, and the press means what it always means. */
  override onPointerDown(input: PointerInput): void {
    this.holding.dropHeld();
    this.holding.current.onPointerDown?.(input);
  }

  override onKey(command: ToolCommand): boolean {
    switch (command.name) {
      case "nudge":
        this.holding.nudgeHeld(command.dx, command.dy);
        return true;
      case "place":
      case "accept":
        this.holding.dropHeld();
        return true;
      case "stepPoint":
        return this.step(command.by);
      case "removePoint":
        return this.remove();
      case "undo":
        return this.onCancel();
      default:
        return true;
    }
  }

  onCancel(): boolean {
    this.holding.releaseHeld();
    return true;
  }

  onInterrupt(): void {
    this.holding.releaseHeld();
  }
}
