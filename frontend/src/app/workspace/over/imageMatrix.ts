import { imagePoint, type EngineApi } from "../../../engine";

/** Puts what is drawn in image pixels where these are on the screen, whatever zoom and turn; for SVG's `transform`. */
export function imageMatrix(view: Pick<EngineApi["view"], "screenOf">): string {
  const [origin, right, down] = [view.screenOf(imagePoint(0, 0)), view.screenOf(imagePoint(1, 0)), view.screenOf(imagePoint(0, 1))];
  const turn = [right.x - origin.x, right.y - origin.y, down.x - origin.x, down.y - origin.y, origin.x, origin.y];
  return `matrix(${turn.join(" ")})`;
}
