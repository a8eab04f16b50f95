/**
 * Brush and eraser. A stroke changes the selected object, or makes a new one when none is selected (brush) or goes
 * for the object under its first pixel (eraser). While a key keeps it inside or outside, the brush makes an object
 * that lies inside or outside of the selected one. The brush moves from pixel to pixel: what is painted depends on
 * whole pixels alone, and so does the ring that shows it.
 */
import { imagePoint } from "../../geometry";
import type { Pixel } from "../../masks/capsule";
import type { Limit } from "../../masks/sheet";
import type { LiveMask, RingView } from "../../render/scene";
import type { HintKey, ImagePoint, ObjectRecord, ScreenPoint } from "../../types";
import { Tool, type StateNode, type ToolContext } from "../node";
import { BrushIdle } from "./idle";
import { Painting } from "./painting";
import type { BrushSize } from "./size";
import { Steering } from "./steering";
import { Stroke, type StrokePlan } from "./stroke";

/** What brush and eraser share. */
export interface BrushKit {
  readonly size: BrushSize;
  /** By object: the one that it was kept inside or outside of when it was made. */
  readonly keptTo: Map<string, string>;
}

function pixelOf(point: ImagePoint): Pixel {
  return { x: Math.round(point.x), y: Math.round(point.y) };
}

export class BrushTool extends Tool {
  readonly cursor = "crosshair";
  private readonly idle = new BrushIdle(this);
  private readonly painting = new Painting(this);
  private readonly steering = new Steering(this);
  private stroke: Stroke | null = null;

  constructor(
    context: ToolContext,
    readonly name: "brush" | "eraser",
    private readonly kit: BrushKit,
  ) {
    super(context);
  }

  get erases(): boolean {
    return this.name === "eraser";
  }

  /** The stroke to be drawn; the layers leave its object out meanwhile. */
  get live(): LiveMask | null {
    return this.stroke;
  }

  get hidden(): string | null {
    return this.stroke?.plan.target ?? null;
  }

  get ring(): RingView | null {
    const { pointer, readOnly, imageSize } = this.context;
    if (!this.active || pointer === null || readOnly || imageSize === null) return null;
    const { x, y } = pixelOf(pointer);
    return { at: imagePoint(x, y), radius: this.radius };
  }

  get idleHint(): HintKey {
    const { keeping, selection } = this.context;
    if (selection === null) return this.erases ? "eraser.none" : "brush.new";
    if (this.erases) return "eraser.selected";
    return keeping === null ? "brush.selected" : `brush.${keeping}`;
  }

  protected startState(): StateNode {
    return this.idle;
  }

  reset(): void {
    this.stroke = null;
    this.kit.keptTo.clear();
    if (this.active) this.transition(this.idle);
  }

  // --- a stroke ---

  press(at: ScreenPoint): void {
    if (this.begin(this.context.camera.toImage(at))) this.transition(this.painting);
  }

  /** The keyboard's press: arrow keys then move the brush. */
  steer(): void {
    const { pointer } = this.context;
    if (pointer !== null && this.begin(pointer)) this.transition(this.steering);
  }

  paintTo(point: ImagePoint): void {
    const { stroke } = this;
    if (stroke === null) return;
    const to = pixelOf(point);
    if (stroke.sweep(to, this.radius, this.limits(stroke, to))) this.context.repaint("stroke");
  }

  /** The end of a stroke is one change of one object, one undo step. */
  commit(): void {
    const { stroke, context } = this;
    this.stroke = null;
    this.transition(this.idle);
    if (stroke === null) return;
    context.repaint("masks", "stroke", "overlay");
    const target = context.records.get(stroke.plan.target ?? "");
    const now = target === undefined ? null : context.runsOf(target.mask);
    const shape = stroke.outcome(now);
    if (shape === "same") return;
    if (shape === null) {
      if (target !== undefined) context.edit(this.name, { remove: [target.id] });
    } else if (target !== undefined) {
      context.edit(this.name, { put: [{ ...target, ...shape, score: null, proposalId: null }] });
    } else {
      this.add(stroke, shape);
    }
  }

  drop(): void {
    this.stroke = null;
    this.transition(this.idle);
    this.context.repaint("masks", "stroke", "overlay");
  }

  // --- what keys do ---

  resize(by: 1 | -1): void {
    this.kit.size.step(by, this.context.imageSize);
    this.context.repaint("overlay");
  }

  /** The object is done; the next stroke makes another one. */
  finishObject(): boolean {
    if (this.context.selection === null) return false;
    this.context.select(null);
    return true;
  }

  private get radius(): number {
    return this.kit.size.of(this.context.imageSize) / 2;
  }

  private begin(point: ImagePoint): boolean {
    const { context } = this;
    if (context.readOnly) context.notice("readOnly");
    const image = context.imageSize;
    if (context.readOnly || image === null) return false;
    const plan = this.erases ? this.erasing(point) : this.adding();
    const stuck = context.stuck(plan?.target ?? null);
    if (stuck !== null) context.notice(stuck);
    if (plan === null || stuck !== null) return false;
    this.stroke = new Stroke(plan, image, context.colorFor(plan.target));
    if (plan.target !== null) context.repaint("masks");
    this.paintTo(point);
    return true;
  }

  private adding(): StrokePlan | null {
    const { context } = this;
    const { selection } = context;
    const keptTo = this.keptTo();
    // Kept to the selected object itself: what is painted is another one.
    const target = keptTo !== null && keptTo === selection ? null : selection;
    if (target === null && context.currentLabelId === null) {
      context.notice("extreme.chooseLabel");
      return null;
    }
    return { erases: false, target, base: this.baseOf(target), keptTo };
  }

  private erasing(point: ImagePoint): StrokePlan | null {
    const { context } = this;
    if (context.selection === null) context.select(context.maskAt(point));
    const target = context.selection;
    if (target === null) {
      context.notice("eraser.none");
      return null;
    }
    const keptTo = this.keptTo();
    return { erases: true, target, base: this.baseOf(target), keptTo: keptTo === target ? null : keptTo };
  }

  /** The object that the held key is about, if one is held. */
  private keptTo(): string | null {
    const { keeping, selection, records } = this.context;
    if (keeping === null || selection === null) return null;
    const kept = this.kit.keptTo.get(selection);
    return kept !== undefined && records.get(kept) !== undefined ? kept : selection;
  }

  private baseOf(id: string | null): Stroke["plan"]["base"] {
    const record = this.context.records.get(id ?? "");
    return record === undefined ? null : this.context.runsOf(record.mask);
  }

  private limits(stroke: Stroke, to: Pixel): readonly Limit[] {
    const { context } = this;
    const limits: Limit[] = [];
    const kept = this.baseOf(stroke.plan.keptTo);
    if (kept !== null && context.keeping !== null) limits.push({ runs: kept, inside: context.keeping === "inside" });
    if (stroke.plan.erases || !context.protectsOthers) return limits;
    const from = stroke.from(to);
    const reach = this.radius + 1;
    const box = {
      x: Math.min(from.x, to.x) - reach,
      y: Math.min(from.y, to.y) - reach,
      width: Math.abs(to.x - from.x) + 2 * reach,
      height: Math.abs(to.y - from.y) + 2 * reach,
    };
    for (const record of context.recordsIn(box)) {
      if (record.id === stroke.plan.target) continue;
      // Inside of an object one cannot keep off that object.
      if (record.id === stroke.plan.keptTo && context.keeping === "inside") continue;
      const runs = context.runsOf(record.mask);
      if (runs !== null) limits.push({ runs, inside: false });
    }
    return limits;
  }

  private add(stroke: Stroke, shape: Pick<ObjectRecord, "mask" | "bbox" | "area">): void {
    const { context } = this;
    if (stroke.plan.erases || context.currentLabelId === null) return;
    const id = context.newId();
    const rest = { labelId: context.currentLabelId, score: null, proposalId: null, author: null };
    context.edit(this.name, { put: [{ id, ...rest, ...shape }] });
    if (stroke.plan.keptTo !== null) this.kit.keptTo.set(id, stroke.plan.keptTo);
    context.select(id);
  }
}
