import type { MaskOperation, Move, ObjectRecord } from "../../../engine";
import type { MessageKey } from "../../i18n";

type MaskName = Extract<MessageKey, `workspace.mask.${string}`>;
export type Joining = "union" | "subtract" | "intersect";

const SMOOTHING_RADIUS = 2;

export const WHOLE: readonly (readonly [what: MaskName, operation: MaskOperation])[] = [
  ["workspace.mask.fillHoles", { name: "fillHoles" }],
  ["workspace.mask.removeSpecks", { name: "removeSpecks" }],
  ["workspace.mask.keepLargest", { name: "keepLargest" }],
  ["workspace.mask.smooth", { name: "smooth", radius: SMOOTHING_RADIUS }],
  ["workspace.mask.grow", { name: "grow" }],
  ["workspace.mask.shrink", { name: "shrink" }],
  ["workspace.mask.split", { name: "split" }],
];

export const WITH_OTHER: readonly (readonly [what: MaskName, name: Joining])[] = [
  ["workspace.mask.union", "union"],
  ["workspace.mask.subtract", "subtract"],
  ["workspace.mask.intersect", "intersect"],
];

export const MOVES: readonly Move[] = ["front", "forward", "backward", "back"];

/** More than this many would be a list to search in. */
const MOST_OTHERS = 9;

function meets([ax = 0, ay = 0, aw = 0, ah = 0]: readonly number[], [bx = 0, by = 0, bw = 0, bh = 0]: readonly number[]): boolean {
  return ax <= bx + bw && bx <= ax + aw && ay <= by + bh && by <= ay + ah;
}

/** The objects whose boxes meet this one's, with their numbers. */
export function neighbours(objects: readonly ObjectRecord[], { id, bbox }: ObjectRecord): readonly { other: ObjectRecord; number: number }[] {
  const numbered = objects.map((other, index) => ({ other, number: index + 1 }));
  return numbered.filter(({ other }) => other.id !== id && meets(other.bbox, bbox)).slice(0, MOST_OTHERS);
}
