import { HeldByKeys } from "../nudging";
import type { ExtremeTool } from "./tool";

/** A click is held by the keyboard. */
export class Nudging extends HeldByKeys {
  readonly hint = "extreme.nudging";

  constructor(private readonly tool: ExtremeTool) {
    super(tool);
  }

  protected step(by: 1 | -1): boolean {
    return this.tool.holdPoint(by);
  }

  /** The click is put back rather than taken away: its object would be without a mask. */
  protected remove(): boolean {
    return this.onCancel();
  }
}
