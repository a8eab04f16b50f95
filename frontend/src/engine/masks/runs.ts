/** Masks as runs: boolean operations cost the runs, not the pixels. */
import type { Size } from "../geometry";
import { areaOf, boxOf, encodeCounts, type Runs } from "../rle";
import type { Rle } from "../types";

/** Collects stretches of object pixels (positions column by column, in rising order) and joins those that touch. */
export class RunWriter {
  private readonly ends: number[] = [];

  /** From position `start` up to `end`, without `end`. */
  add(start: number, end: number): void {
    if (end <= start) return;
    if (this.ends.length > 0 && this.ends.at(-1) === start) this.ends.pop();
    else this.ends.push(start);
    this.ends.push(end);
  }

  finish({ width, height }: Size): Runs {
    const total = width * height;
    if (this.ends.at(-1) !== total) this.ends.push(total);
    return { width, height, ends: Uint32Array.from(this.ends) };
  }
}

export function emptyRuns(image: Size): Runs {
  return new RunWriter().finish(image);
}

/** Walks over both masks at once and keeps the stretches that `keep` says yes to; both must be of one image. */
export function combine(a: Runs, b: Runs, keep: (inA: boolean, inB: boolean) => boolean): Runs {
  if (a.width !== b.width || a.height !== b.height) throw new Error("Two masks of different images cannot be combined.");
  const total = a.width * a.height;
  const writer = new RunWriter();
  let i = 0;
  let j = 0;
  let at = 0;
  while (at < total) {
    const endA = a.ends[i] ?? total;
    const endB = b.ends[j] ?? total;
    const end = Math.min(endA, endB);
    if (keep((i & 1) === 1, (j & 1) === 1)) writer.add(at, end);
    if (endA === end) i += 1;
    if (endB === end) j += 1;
    at = end;
  }
  return writer.finish(a);
}

export function union(a: Runs, b: Runs): Runs {
  return combine(a, b, (inA, inB) => inA || inB);
}

export function intersect(a: Runs, b: Runs): Runs {
  return combine(a, b, (inA, inB) => inA && inB);
}

/** What is in `a` and not in `b`. */
export function subtract(a: Runs, b: Runs): Runs {
  return combine(a, b, (inA, inB) => inA && !inB);
}

/** `mask` without what other objects have already: painting then never lies over them. */
export function withoutOthers(mask: Runs, others: Iterable<Runs>): Runs {
  let rest = mask;
  for (const other of others) rest = subtract(rest, other);
  return rest;
}

/** The run that holds a position. */
export function runAt({ ends }: Runs, position: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The parts of [start, end) that are the object's (or, with `inside` false, that are not). */
export function clipStretch(
  runs: Runs,
  inside: boolean,
  start: number,
  end: number,
  emit: (start: number, end: number) => void,
): void {
  let from = start;
  for (let run = runAt(runs, start); from < end; run += 1) {
    const to = Math.min(runs.ends[run] ?? end, end);
    if (((run & 1) === 1) === inside && to > from) emit(from, to);
    from = Math.max(from, to);
  }
}

export function encodeRuns({ ends, height, width }: Runs): Rle {
  const counts = Uint32Array.from(ends, (end, index) => end - (index === 0 ? 0 : (ends[index - 1] ?? 0)));
  return encodeCounts(counts, height, width);
}

/** What an object's record says about its shape. */
export interface RecordShape {
  readonly mask: Rle;
  readonly bbox: readonly number[];
  readonly area: number;
}

/** Null when no pixel is left. */
export function recordShape(runs: Runs): RecordShape | null {
  const box = boxOf(runs);
  if (box === null) return null;
  return { mask: encodeRuns(runs), bbox: [box.x, box.y, box.width, box.height], area: areaOf(runs) };
}
