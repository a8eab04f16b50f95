import type { ImagePoint } from "../../types";
import { ExtremeState } from "./state";

/** The newest object has one to three points; an earlier one may be waiting for its mask or for acceptance. */
export class Placing extends ExtremeState {
  readonly name = "placing";
  readonly hint = "extreme.next";
  override readonly magnifies = true;

  click(point: ImagePoint): void {
    const { newest } = this.tool.queue;
    if (newest !== undefined) this.tool.addPoint(newest, point);
  }
}
