/** What no object has yet. */
import type { Size } from "../geometry";
import type { Runs } from "../rle";
import { combine, emptyRuns, union } from "./runs";

/** All masks in one. Neighbours are joined in pairs, so that no long mask is walked over again for each short one. */
function together(masks: readonly Runs[], image: Size): Runs {
  let layer = masks;
  while (layer.length > 1) {
    const next: Runs[] = [];
    for (let index = 0; index < layer.length; index += 2) {
      const [first, second] = [layer[index], layer[index + 1]];
      if (first !== undefined) next.push(second === undefined ? first : union(first, second));
    }
    layer = next;
  }
  return layer[0] ?? emptyRuns(image);
}

export function restOf(image: Size, masks: readonly Runs[]): Runs {
  const all = together(masks, image);
  return combine(all, all, (taken) => !taken);
}
