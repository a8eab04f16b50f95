import { StateNode, type PointerInput } from "../node";
import type { PanTool } from "./tool";

/** The image is held and follows the pointer. */
export class Panning extends StateNode {
  readonly name = "panning";
  readonly hint = "pan.panning";

  constructor(private readonly tool: PanTool) {
    super();
  }

  override onEnter(): void {
    this.tool.context.setCursor("grabbing");
  }

  override onExit(): void {
    this.tool.context.setCursor(this.tool.cursor);
  }

  override onPointerMove(input: PointerInput): void {
    this.tool.follow(input.at);
  }

  override onPointerUp(): void {
    this.tool.letGo();
  }

  onCancel(): boolean {
    this.tool.letGo();
    return true;
  }

  /** The image stays where it has been moved to. */
  onInterrupt(): void {
    this.tool.letGo();
  }
}
