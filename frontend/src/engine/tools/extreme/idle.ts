import type { ImagePoint } from "../../types";
import { ExtremeState } from "./state";

/** No object is being clicked. */
export class Idle extends ExtremeState {
  readonly name = "idle";
  readonly hint = "extreme.first";
  override readonly magnifies = true;

  click(point: ImagePoint): void {
    this.tool.beginDraft(point);
  }

  override onCancel(): boolean {
    return false;
  }
}
