import type { ImagePoint } from "../../types";
import { ExtremeState } from "./state";

/** The oldest object's mask has been asked for. */
export class AwaitingMask extends ExtremeState {
  readonly name = "awaitingMask";
  readonly hint = "extreme.awaiting";

  /** Before its first mask nobody can mend an object, so the click begins the next one. */
  click(point: ImagePoint): void {
    const { head } = this.tool;
    if (head !== undefined && head.answer !== null && this.tool.isNear(head, point)) this.tool.addPoint(head, point);
    else this.tool.beginDraft(point);
  }
}
