import { HeldByKeys } from "../nudging";
import type { PolygonTool } from "./tool";

/** A vertex is held by the keyboard. */
export class PolygonNudging extends HeldByKeys {
  readonly hint = "polygon.nudging";

  constructor(private readonly tool: PolygonTool) {
    super(tool);
  }

  protected step(by: 1 | -1): boolean {
    return this.tool.holdVertex(by);
  }

  protected remove(): boolean {
    this.tool.dropHeld();
    return this.tool.removeVertex();
  }
}
