/** One stroke on its way: what it has touched, and how the object looks with it. */
import type { Box, Size } from "../../geometry";
import { strokeCells } from "../../masks/cells";
import type { Pixel } from "../../masks/capsule";
import { emptyRuns, recordShape, subtract, union, type RecordShape } from "../../masks/runs";
import { joined, StrokeSheet, type Limit } from "../../masks/sheet";
import { areaOf, boxOf, type Runs } from "../../rle";
import type { LiveMask } from "../../render/scene";

export interface StrokePlan {
  readonly erases: boolean;
  /** The object that is changed; null makes a new one. */
  readonly target: string | null;
  /** The mask of the target when the stroke began. */
  readonly base: Runs | null;
  /** The object that a held key keeps to; it is remembered for a new object's later strokes. */
  readonly keptTo: string | null;
}

export class Stroke implements LiveMask {
  private readonly sheet: StrokeSheet;
  private readonly baseBox: Box | null;
  private last: Pixel | null = null;
  private changed: Box | null = null;

  constructor(
    readonly plan: StrokePlan,
    private readonly image: Size,
    readonly color: string,
  ) {
    this.sheet = new StrokeSheet(image);
    this.baseBox = plan.base === null ? null : boxOf(plan.base);
  }

  get box(): Box | null {
    return this.plan.erases ? this.baseBox : joined(this.baseBox, this.sheet.box);
  }

  /** Where the next sweep begins: at its own end, for the first one. */
  from(to: Pixel): Pixel {
    return this.last ?? to;
  }

  /** False when the brush has not left its pixel. */
  sweep(to: Pixel, radius: number, limits: readonly Limit[]): boolean {
    if (this.last !== null && this.last.x === to.x && this.last.y === to.y) return false;
    this.changed = joined(this.changed, this.sheet.sweep(this.from(to), to, radius, limits));
    this.last = to;
    return true;
  }

  takeChanged(): Box | null {
    const { changed } = this;
    this.changed = null;
    return changed;
  }

  cells(part: Box, stride: number): Uint8Array {
    return strokeCells(this.plan.base, this.sheet, this.plan.erases, part, stride);
  }

  /**
   * The mask after the stroke, from the one that the object has by now: a colleague may have changed it meanwhile.
   * "same" when the stroke makes no difference, null when no pixel is left.
   */
  outcome(now: Runs | null): RecordShape | "same" | null {
    const before = now ?? emptyRuns(this.image);
    const touched = this.sheet.toRuns();
    const after = this.plan.erases ? subtract(before, touched) : union(before, touched);
    return areaOf(after) === areaOf(before) ? "same" : recordShape(after);
  }
}
