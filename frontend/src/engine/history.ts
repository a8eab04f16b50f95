/**
 * Undo and redo of one's own changes: record diffs between named marks. A colleague's change is never taken back: as
 * soon as it touches a facet of an object, the steps that would overwrite it lose that part.
 */
import { changedFacets, touchedFacets, withFacets } from "./facets";
import {
  boundedSteps,
  stepsOf,
  type Change,
  type DroppedChange,
  type HistoryData,
  type Step,
} from "./historyData";
import type { RecordsChange, Store } from "./store";
import type { ObjectRecord, RecordsDiff } from "./types";

function changesOf(diff: RecordsDiff): Map<string, Change> {
  const changes = new Map<string, Change>();
  for (const [id, after] of Object.entries(diff.added)) changes.set(id, { before: null, after });
  for (const [id, [before, after]] of Object.entries(diff.updated)) changes.set(id, { before, after });
  for (const [id, before] of Object.entries(diff.removed)) changes.set(id, { before, after: null });
  return changes;
}

/** Carries a step from `from` to `to` over to the object as it is now, leaving alone what the step did not change. */
function carry(now: ObjectRecord, from: ObjectRecord, to: ObjectRecord): ObjectRecord {
  return withFacets(now, changedFacets(from, to), to);
}

/** What of an object somebody else changed; null stands for the whole. */
type Touched = readonly string[] | null;

function touchedBy({ before, after }: Change): Touched {
  return before === null || after === null ? null : touchedFacets(before, after);
}

export class History {
  private done: Step[] = [];
  private undone: Step[] = [];
  /** The name of a mark that no change has followed yet. */
  private marked: string | null = "start";
  private readonly listeners = new Set<() => void>();

  constructor(private readonly store: Store) {}

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** The names of the steps that undo would take back, oldest first. */
  get names(): readonly string[] {
    return this.done.map((step) => step.name);
  }

  /** Starts a new step: what is changed up to the next mark is undone together. */
  mark(name: string): void {
    this.marked = name;
  }

  /** One's own change. */
  apply(change: RecordsChange): RecordsDiff {
    const diff = this.store.apply(change, "user");
    const changes = changesOf(diff);
    if (changes.size === 0) return diff;
    this.undone = [];
    const open = this.marked === null ? this.done.at(-1) : undefined;
    if (open === undefined) this.done.push({ name: this.marked ?? "change", changes });
    else this.join(open, changes);
    this.marked = null;
    this.tell();
    return diff;
  }

  /** A colleague's or the server's change: enters no step, and guards itself against being undone. */
  applyRemote(change: RecordsChange): RecordsDiff {
    const diff = this.store.apply(change, "remote");
    let released = false;
    for (const [id, change] of changesOf(diff)) {
      if (this.release([this.done, this.undone], id, touchedBy(change)).length > 0) released = true;
    }
    if (released) this.tell();
    return diff;
  }

  /** Takes the last step back; false when there is none left that still changes something. */
  undo(): boolean {
    return this.move(this.done, this.undone, (change) => ({ from: change.after, to: change.before }));
  }

  redo(): boolean {
    return this.move(this.undone, this.done, (change) => ({ from: change.before, to: change.after }));
  }

  clear(): void {
    this.done = [];
    this.undone = [];
    this.marked = "start";
  }

  /** What a page keeps of its history: the newest steps, as plain data. */
  save(): HistoryData {
    return boundedSteps(this.done, this.undone);
  }

  /**
   * Puts steps of an earlier visit under those of this one. What of the objects is not as that visit left it was
   * changed by somebody else since, so those parts of the steps are dropped and returned.
   */
  restore(data: HistoryData): readonly DroppedChange[] {
    const [done, undone] = [stepsOf(data.done), this.done.length > 0 ? [] : stepsOf(data.undone)];
    const ids = new Set([...done, ...undone].flatMap((step) => [...step.changes.keys()]));
    const dropped: DroppedChange[] = [];
    for (const id of ids) {
      const left = leftBy(done, undone, id);
      const found = this.foundAtFirst(id);
      if (left === null && found === null) continue;
      const touched = touchedBy({ before: left, after: found });
      const reason = found === null ? "deleted" : left === null ? "restored" : "changed";
      dropped.push(...this.release([done, undone], id, touched).map((name) => ({ name, id, reason }) as const));
    }
    this.done = [...done.filter(isLeft), ...this.done];
    this.undone = [...undone.filter(isLeft), ...this.undone];
    this.tell();
    return dropped;
  }

  /** Called after each change of the steps. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private join(step: Step, later: ReadonlyMap<string, Change>): void {
    for (const [id, change] of later) {
      const earlier = step.changes.get(id);
      step.changes.set(id, { before: earlier === undefined ? change.before : earlier.before, after: change.after });
    }
  }

  private move(
    stack: Step[],
    other: Step[],
    turn: (change: Change) => { from: ObjectRecord | null; to: ObjectRecord | null },
  ): boolean {
    this.marked = "after undo";
    for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
      const put: ObjectRecord[] = [];
      const remove: string[] = [];
      for (const [id, change] of step.changes) {
        const { from, to } = turn(change);
        const now = this.store.get(id);
        if (to === null) remove.push(id);
        else if (from === null && now === undefined) put.push(to);
        else if (from !== null && now !== undefined) put.push(carry(now, from, to));
      }
      if (changesOf(this.store.apply({ put, remove }, "user")).size > 0) {
        other.push(step);
        this.tell();
        return true;
      }
    }
    return false;
  }

  /** Takes what others touched of an object out of all steps; the names of those that lost something. */
  private release(stacks: readonly Step[][], id: string, touched: Touched): readonly string[] {
    if (touched !== null && touched.length === 0) return [];
    const losers: string[] = [];
    for (const stack of stacks) {
      for (const step of stack) {
        const change = step.changes.get(id);
        if (change !== undefined && narrow(step, id, change, touched)) losers.push(step.name);
      }
      stack.splice(0, stack.length, ...stack.filter(isLeft));
    }
    return losers;
  }

  /** The object before this visit changed it for the first time. */
  private foundAtFirst(id: string): ObjectRecord | null {
    const first = this.done.find((step) => step.changes.has(id))?.changes.get(id);
    return first === undefined ? (this.store.get(id) ?? null) : first.before;
  }
}

function isLeft(step: Step): boolean {
  return step.changes.size > 0;
}

/** The object as the visit that made these steps left it. */
function leftBy(done: readonly Step[], undone: readonly Step[], id: string): ObjectRecord | null {
  const last = done.findLast((step) => step.changes.has(id))?.changes.get(id);
  if (last !== undefined) return last.after;
  return undone.findLast((step) => step.changes.has(id))?.changes.get(id)?.before ?? null;
}

/** Takes the touched part of one object out of a step; false when it held nothing of it. */
function narrow(step: Step, id: string, { before, after }: Change, touched: Touched): boolean {
  if (touched === null || before === null || after === null) {
    step.changes.delete(id);
    return true;
  }
  const lost = touchedFacets(before, after).filter((facet) => touched.includes(facet));
  const rest = withFacets(before, touched, after);
  if (touchedFacets(rest, after).length === 0) step.changes.delete(id);
  else step.changes.set(id, { before: rest, after });
  return lost.length > 0;
}
