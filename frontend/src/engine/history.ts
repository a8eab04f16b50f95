/**
 * Undo and redo of one's own changes: record diffs between named marks. A colleague's change is never taken back: as
 * soon as it touches the label or the mask of an object, the steps that would overwrite it lose that part.
 */
import { sameMask, sameRecord, type RecordsChange, type Store } from "./store";
import type { ObjectRecord, RecordsDiff } from "./types";

/** One object before and after a step; null where it did not exist. */
interface Change {
  readonly before: ObjectRecord | null;
  readonly after: ObjectRecord | null;
}

interface Step {
  readonly name: string;
  readonly changes: Map<string, Change>;
}

/** What of an object a remote change touched. */
interface Touched {
  readonly whole: boolean;
  readonly label: boolean;
  readonly mask: boolean;
}

function changesOf(diff: RecordsDiff): Map<string, Change> {
  const changes = new Map<string, Change>();
  for (const [id, after] of Object.entries(diff.added)) changes.set(id, { before: null, after });
  for (const [id, [before, after]] of Object.entries(diff.updated)) changes.set(id, { before, after });
  for (const [id, before] of Object.entries(diff.removed)) changes.set(id, { before, after: null });
  return changes;
}

/** The mask and all that describes it come from `shape`, the rest from `record`. */
function withShape(record: ObjectRecord, shape: ObjectRecord): ObjectRecord {
  const { mask, bbox, area, score, proposalId } = shape;
  return { ...record, mask, bbox, area, score, proposalId };
}

/** Carries a step from `from` to `to` over to the object as it is now, leaving alone what the step did not change. */
function carry(now: ObjectRecord, from: ObjectRecord, to: ObjectRecord): ObjectRecord {
  const relabelled = from.labelId === to.labelId ? now : { ...now, labelId: to.labelId };
  return sameRecord(withShape(from, to), from) ? relabelled : withShape(relabelled, to);
}

export class History {
  private done: Step[] = [];
  private undone: Step[] = [];
  /** The name of a mark that no change has followed yet. */
  private marked: string | null = "start";

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
    return diff;
  }

  /** A colleague's or the server's change: enters no step, and guards itself against being undone. */
  applyRemote(change: RecordsChange): RecordsDiff {
    const diff = this.store.apply(change, "remote");
    for (const [id, { before, after }] of changesOf(diff)) {
      const whole = before === null || after === null;
      const label = whole || before.labelId !== after.labelId;
      const mask = whole || !sameMask(before, after);
      if (label || mask) this.release(id, { whole, label, mask });
    }
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
        return true;
      }
    }
    return false;
  }

  private release(id: string, touched: Touched): void {
    const keep = (step: Step): boolean => {
      const change = step.changes.get(id);
      if (change !== undefined) this.narrow(step, id, change, touched);
      return step.changes.size > 0;
    };
    this.done = this.done.filter(keep);
    this.undone = this.undone.filter(keep);
  }

  /** Takes the touched part of one object out of a step. */
  private narrow(step: Step, id: string, change: Change, touched: Touched): void {
    const { before, after } = change;
    if (touched.whole || before === null || after === null) {
      step.changes.delete(id);
      return;
    }
    const relabelled = touched.label ? { ...before, labelId: after.labelId } : before;
    const rest = touched.mask ? withShape(relabelled, after) : relabelled;
    if (rest.labelId === after.labelId && sameMask(rest, after)) step.changes.delete(id);
    else step.changes.set(id, { before: rest, after });
  }
}
