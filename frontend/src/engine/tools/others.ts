/** "Do not paint over others": what another object has already is left to it. */
import { boxOf, type Runs } from "../rle";
import { withoutOthers } from "../masks/runs";
import type { ToolContext } from "./node";

/** The mask as it is, or without what other objects than `id` have, where those are protected. */
export function keptOff(context: ToolContext, mask: Runs, id: string | null): Runs {
  const box = context.protectsOthers ? boxOf(mask) : null;
  if (box === null) return mask;
  const others = context.recordsIn(box).filter((record) => record.id !== id);
  const runs = others.map((record) => context.runsOf(record.mask)).filter((one) => one !== null);
  return runs.length === 0 ? mask : withoutOthers(mask, runs);
}
