/** What can be done to a whole mask at once. The first result takes the mask's place, the rest are new objects. */
import { areaOf, type Runs } from "../rle";
import type { MaskOperation } from "../types";
import { bitmapOf, runsOf, type Bitmap } from "./bitmap";
import { growMask, shrinkMask, smoothMask } from "./morphology";
import { fillHoles, keepLargest, removeSmallParts, splitParts } from "./parts";
import { intersect, subtract, union } from "./runs";

/** Parts and holes below a thousandth of the object, or below this many pixels, are specks. */
const SPECK_PIXELS = 16;
const SPECK_PART = 1000;

function withoutSpecks(bitmap: Bitmap, area: number): Bitmap {
  const size = Math.max(SPECK_PIXELS, Math.round(area / SPECK_PART));
  return fillHoles(removeSmallParts(bitmap, size), size);
}

function reshaped(bitmap: Bitmap, area: number, operation: MaskOperation): readonly Bitmap[] {
  switch (operation.name) {
    case "fillHoles":
      return [fillHoles(bitmap)];
    case "removeSpecks":
      return [withoutSpecks(bitmap, area)];
    case "keepLargest":
      return [keepLargest(bitmap)];
    case "smooth":
      return [smoothMask(bitmap, operation.radius)];
    case "grow":
      return [growMask(bitmap)];
    case "shrink":
      return [shrinkMask(bitmap)];
    case "split":
      return splitParts(bitmap);
    default:
      return [bitmap];
  }
}

/** `other` is the mask of the object that a boolean operation names. */
export function operate(mask: Runs, operation: MaskOperation, other: Runs | null): readonly Runs[] {
  if (!("other" in operation)) return reshaped(bitmapOf(mask), areaOf(mask), operation).map(runsOf);
  if (other === null) return [mask];
  switch (operation.name) {
    case "union":
      return [union(mask, other)];
    case "subtract":
      return [subtract(mask, other)];
    case "intersect":
      return [intersect(mask, other)];
  }
}
