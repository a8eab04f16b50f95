/** What polygons do to objects: each is one change, one undo step. */
import { fillPolygon, type Ring } from "../../masks/polygon";
import { encodeRuns, recordShape, subtract } from "../../masks/runs";
import type { Runs } from "../../rle";
import type { ObjectRecord } from "../../types";
import type { ToolContext } from "../node";
import { keptOff } from "../others";
import { RingMemory } from "./memory";

/** An object with its vertices. */
export interface RingShape {
  readonly record: ObjectRecord;
  readonly runs: Runs;
  readonly rings: readonly Ring[];
}

export class Shaping {
  private readonly memory = new RingMemory();

  constructor(private readonly context: ToolContext) {}

  clear(): void {
    this.memory.clear();
  }

  selected(): RingShape | null {
    const record = this.context.records.get(this.context.selection ?? "");
    const runs = record === undefined ? null : this.context.runsOf(record.mask);
    if (record === undefined || runs === null || this.context.stuck(record.id) !== null) return null;
    return { record, runs, rings: this.memory.of(record.mask, runs) };
  }

  /** Makes an object of a closed ring and selects it; false, with a hint, when that is not possible. */
  add(ring: Ring): boolean {
    const { context } = this;
    if (context.currentLabelId === null) {
      context.notice("extreme.chooseLabel");
      return false;
    }
    const filled = fillPolygon([ring], context.camera.imageSize);
    const mask = keptOff(context, filled, null);
    const shape = recordShape(mask);
    if (shape === null) {
      context.notice("polygon.empty");
      return false;
    }
    if (mask === filled) this.memory.remember(shape.mask, [ring]);
    const id = context.newId();
    const rest = { labelId: context.currentLabelId, score: null, proposalId: null, author: null };
    context.edit("polygon", { put: [{ id, ...rest, ...shape }] });
    context.select(id);
    return true;
  }

  /** Takes a closed ring out of the selected object. */
  cut(id: string, ring: Ring): boolean {
    const { context } = this;
    const shape = this.selected();
    if (shape === null || shape.record.id !== id) return true;
    const cut = recordShape(subtract(shape.runs, fillPolygon([ring], shape.runs)));
    if (cut === null || cut.area === shape.record.area) {
      context.notice("polygon.empty");
      return false;
    }
    // The rings stay as they are only where together they give just this mask.
    const rings = [...shape.rings, ring];
    if (encodeRuns(fillPolygon(rings, shape.runs)).counts === cut.mask.counts) this.memory.remember(cut.mask, rings);
    context.edit("hole", { put: [{ ...shape.record, ...cut, score: null, proposalId: null }] });
    return true;
  }

  /** Gives an object the mask of these rings. */
  apply(id: string, rings: readonly Ring[]): void {
    const { context } = this;
    const record = context.records.get(id);
    if (record === undefined) return;
    const filled = fillPolygon(rings, context.camera.imageSize);
    const mask = keptOff(context, filled, id);
    const shape = recordShape(mask);
    if (shape === null) {
      context.notice("polygon.empty");
      return;
    }
    if (mask === filled) this.memory.remember(shape.mask, rings);
    if (shape.mask.counts === record.mask.counts) context.repaint("overlay");
    else context.edit("polygon", { put: [{ ...record, ...shape, score: null, proposalId: null }] });
  }
}
