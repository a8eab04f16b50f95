/** The steps of undo and redo as plain data, which outlives the page. */
import type { RecordsChange } from "./store";
import type { ObjectRecord } from "./types";

/** One object before and after a step; null where it did not exist. */
export interface Change {
  readonly before: ObjectRecord | null;
  readonly after: ObjectRecord | null;
}

export interface Step {
  readonly name: string;
  readonly changes: Map<string, Change>;
}

export interface StepData {
  readonly name: string;
  readonly changes: readonly (readonly [id: string, before: ObjectRecord | null, after: ObjectRecord | null])[];
}

export interface HistoryData {
  /** Oldest first. */
  readonly done: readonly StepData[];
  /** The one to be done again next comes last. */
  readonly undone: readonly StepData[];
}

/** A part of a step that cannot be undone any more: somebody else changed the object since. */
export interface DroppedChange {
  readonly name: string;
  readonly id: string;
  readonly reason: "changed" | "deleted" | "restored";
}

export interface HistoryApi {
  /** The newest steps, as plain data. */
  save(): HistoryData;
  /** Takes over steps of an earlier visit, but for what no longer fits the objects; that is returned. */
  restore(data: HistoryData): readonly DroppedChange[];
  /** One's own change that no tool makes; false, and nothing is changed, while nothing may be. */
  edit(name: string, change: RecordsChange): boolean;
  /** One's own new object that is like this one. */
  copy(name: string, record: ObjectRecord): boolean;
  onChange(listener: () => void): () => void;
}

/** More than a day's work on one image; older steps are kept in memory only. */
export const MOST_STEPS = 500;
/** Letters of all masks that are kept, each counted once; they are written anew after each change. */
export const MOST_LETTERS = 2_000_000;

export function dataOf(step: Step): StepData {
  return { name: step.name, changes: [...step.changes].map(([id, { before, after }]) => [id, before, after]) };
}

export function stepsOf(data: readonly StepData[]): Step[] {
  return data.map(({ name, changes }) => ({
    name,
    changes: new Map(changes.map(([id, before, after]) => [id, { before, after }])),
  }));
}

/** The steps that fit the bounds: those nearest to the present, in both directions. */
export function boundedSteps(done: readonly Step[], undone: readonly Step[]): HistoryData {
  const masks = new Set<object>();
  const room = { steps: MOST_STEPS, letters: MOST_LETTERS };
  const newest = (stack: readonly Step[]): StepData[] => {
    const kept: StepData[] = [];
    for (const step of [...stack].reverse()) {
      room.steps -= 1;
      room.letters -= newLetters(step, masks);
      if (room.steps < 0 || room.letters < 0) break;
      kept.push(dataOf(step));
    }
    return kept.reverse();
  };
  const data = { done: newest(done), undone: [] as StepData[] };
  return { ...data, undone: newest(undone) };
}

/** The letters of the masks that no step before had; the same mask is stored once. */
function newLetters(step: Step, seen: Set<object>): number {
  let letters = 0;
  for (const { before, after } of step.changes.values()) {
    for (const mask of [before?.mask, after?.mask]) {
      if (mask === undefined || seen.has(mask)) continue;
      seen.add(mask);
      letters += mask.counts.length;
    }
  }
  return letters;
}
