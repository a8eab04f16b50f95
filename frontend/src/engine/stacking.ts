/** Which object lies in front: a higher position is nearer; of two at the same one, the later object is. */
import type { ObjectRecord } from "./types";

export type Move = "front" | "back" | "forward" | "backward";

/** Objects stand apart, so that one can go between two others without a change of theirs. */
const STEP = 1024;

/** From back to front; those that have no position yet lie in front, in the order of the list. */
export function stacked(records: readonly ObjectRecord[]): readonly ObjectRecord[] {
  const place = (record: ObjectRecord): number => record.position ?? Infinity;
  const inOrder = records.every((record, index) => index === 0 || place(records[index - 1] ?? record) <= place(record));
  // Infinity minus itself is no number.
  return inOrder ? records : [...records].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/** The same, each with the position that it has or is going to get. */
export function placed(records: readonly ObjectRecord[]): readonly (ObjectRecord & { readonly position: number })[] {
  let front = 0;
  return stacked(records).map((record) => {
    const position = record.position ?? front + STEP;
    front = Math.max(front, position);
    return { ...record, position };
  });
}

/** New positions by id that bring an object where it is wanted; empty when it is there already. */
export function movedTo(records: readonly ObjectRecord[], id: string, move: Move): ReadonlyMap<string, number> {
  const stack = placed(records).map((record) => ({ id: record.id, position: record.position }));
  const start = stack.findIndex((one) => one.id === id);
  const last = stack.length - 1;
  const target = { front: last, back: 0, forward: Math.min(start + 1, last), backward: Math.max(start - 1, 0) }[move];
  const [moved] = start === -1 || target === start ? [] : stack.splice(start, 1);
  if (moved === undefined) return new Map();
  const position = between(stack[target - 1]?.position, stack[target]?.position);
  if (position !== null) return new Map([[id, position]]);
  const before = new Map(stack.map((one) => [one.id, one.position]));
  stack.splice(target, 0, moved);
  const numbered = stack.map((one, index) => [one.id, STEP * (index + 1)] as const);
  return new Map(numbered.filter(([key, number]) => before.get(key) !== number));
}

/** Null where there is no room between the two. */
function between(below: number | undefined, above: number | undefined): number | null {
  if (below === undefined) return above === undefined ? STEP : above - STEP;
  if (above === undefined) return below + STEP;
  const middle = Math.floor((below + above) / 2);
  return below < middle && middle < above ? middle : null;
}
