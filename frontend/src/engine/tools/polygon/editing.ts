import type { HintKey } from "../../types";
import { StateNode, type PointerInput, type ToolCommand } from "../node";
import type { PolygonTool } from "./tool";

/** The selected object shows its vertices: they can be dragged, added on edges and removed. */
export class PolygonEditing extends StateNode {
  readonly name = "editing";

  constructor(private readonly tool: PolygonTool) {
    super();
  }

  get hint(): HintKey {
    return this.tool.context.keeping === "inside" ? "polygon.hole" : "polygon.editing";
  }

  /** A press away from all vertices and edges begins a ring; where a key keeps inside, everywhere. */
  override onPointerDown(input: PointerInput): void {
    const { keeping } = this.tool.context;
    if (keeping !== "inside" && this.tool.grab(input)) return;
    this.tool.begin(this.tool.pointUnder(input.at));
  }

  override onKey(command: ToolCommand): boolean {
    const { context } = this.tool;
    switch (command.name) {
      case "place":
        if (context.pointer !== null) this.tool.begin(this.tool.clamped(context.pointer));
        return true;
      case "accept":
        context.select(null);
        this.tool.settle();
        return true;
      case "removePoint":
        return this.tool.removeVertex();
      case "stepPoint":
        return this.tool.holdVertex(command.by);
      case "nudge":
        context.moveCursor(command.dx, command.dy);
        return true;
      default:
        return false;
    }
  }

  /** Nothing of its own; the engine lets the object go. */
  onCancel(): boolean {
    return false;
  }

  onInterrupt(): void {}
}
