/** Operations on the selected object's mask as a whole: each is one undo step. */
import type { Core } from "./core";
import { operate } from "./masks/operations";
import { recordShape } from "./masks/runs";
import type { MaskOperation, ObjectRecord } from "./types";

function maskOf(core: Core, id: string): ReturnType<Core["runsOf"]> {
  const record = core.records.get(id);
  return record === undefined ? null : core.runsOf(record.mask);
}

/** False when nothing has changed. */
export function reshape(core: Core, operation: MaskOperation): boolean {
  const record = core.records.get(core.selection ?? "");
  const runs = record === undefined ? null : core.runsOf(record.mask);
  if (record === undefined || runs === null) return false;
  const stuck = core.stuck(record.id);
  if (stuck !== null) core.notice(stuck);
  if (stuck !== null) return false;
  const other = "other" in operation && operation.other !== record.id ? operation.other : null;
  if ("other" in operation && (other === null || maskOf(core, other) === null)) return false;
  const results = operate(runs, operation, other === null ? null : maskOf(core, other));
  const [first, ...rest] = results.map(recordShape).filter((shape) => shape !== null);
  if (first === undefined) {
    core.notice("mask.empty");
    return false;
  }
  const merges = operation.name === "union" && other !== null;
  if (first.mask.counts === record.mask.counts && !merges) return false;
  const drawn = { score: null, proposalId: null };
  const put: ObjectRecord[] = [
    { ...record, ...first, ...drawn },
    ...rest.map((shape) => ({ ...record, id: core.newId(), author: null, ...shape, ...drawn })),
  ];
  return core.edit(operation.name, { put, remove: merges ? [other] : [] });
}
