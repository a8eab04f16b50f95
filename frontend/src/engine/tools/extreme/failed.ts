import type { ImagePoint } from "../../types";
import type { ToolCommand } from "../node";
import { ExtremeState } from "./state";

/** The oldest object's mask did not come. Its points stay; T or Enter asks again. */
export class Failed extends ExtremeState {
  readonly name = "failed";
  readonly hint = "extreme.failed";

  click(point: ImagePoint): void {
    this.tool.beginDraft(point);
  }

  override onKey(command: ToolCommand): boolean {
    if (command.name === "place" || command.name === "again") return this.tool.retry();
    return super.onKey(command);
  }

  /** Escape gives the failed object up, not the one clicked ahead. */
  override onCancel(): boolean {
    return this.tool.startAgain();
  }
}
