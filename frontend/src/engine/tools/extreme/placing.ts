import type { ImagePoint } from "../../types";
import { ExtremeState } from "./state";

/** The newest object has one to three points; an earlier one may be waiting for its mask or for acceptance. */
export class Placing extends ExtremeState {
  readonly name = "placing";
  readonly hint = "extreme.next";
  override readonly magnifies = true;

  override onAim(point: ImagePoint | null): void {
    this.tool.preview.follow(this.tool.queue.newest, point);
  }

  /** Also with another tool in hand nothing is shown that would not become an object by a click. */
  override onExit(): void {
    this.tool.preview.drop();
  }

  override onSecondary(): boolean {
    return this.tool.takeBack();
  }

  click(point: ImagePoint): void {
    const { newest } = this.tool.queue;
    if (newest !== undefined) this.tool.addPoint(newest, point);
  }
}
