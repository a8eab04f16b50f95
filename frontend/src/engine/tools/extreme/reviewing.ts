import type { HintKey, ImagePoint } from "../../types";
import { DOUBTFUL_SCORE } from "./draft";
import { ExtremeState } from "./state";

/** The oldest object has a mask for exactly its points: accept it, mend it, or throw it away. */
export class Reviewing extends ExtremeState {
  readonly name = "reviewing";

  get hint(): HintKey {
    const score = this.tool.head?.answer?.score ?? 1;
    return score < DOUBTFUL_SCORE ? "extreme.doubtful" : "extreme.reviewing";
  }

  /** A click near the object pulls its edge there; one far away begins the next object and accepts nothing. */
  click(point: ImagePoint): void {
    const { head } = this.tool;
    if (head !== undefined && this.tool.isNear(head, point)) this.tool.addPoint(head, point);
    else this.tool.beginDraft(point);
  }
}
