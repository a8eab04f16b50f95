/**
 * A dragged box that asks the model too: the middles of its four sides go the way of four extreme clicks. Whatever
 * comes after the box (waiting, corrections, accepting) is the extreme tool's own, so that there is one path only.
 */
import { boundsOf, clampToImage, distance, imagePoint, type Box } from "../../geometry";
import type { ImagePoint, ScreenPoint } from "../../types";
import type { ExtremeState } from "../extreme/state";
import type { ExtremeTool } from "../extreme/tool";
import { Tool, type StateNode, type ToolContext } from "../node";
import { BoxDragging } from "./dragging";
import { BoxIdle } from "./idle";

/** CSS pixels that a press may wander and still be a click. */
const CLICK_SLOP = 3;

export class BoxTool extends Tool {
  readonly name = "box";
  readonly cursor = "crosshair";
  private readonly idle = new BoxIdle(this);
  private readonly dragging = new BoxDragging(this);
  private from: ImagePoint | null = null;
  private to: ImagePoint | null = null;

  constructor(
    context: ToolContext,
    readonly extreme: ExtremeTool,
  ) {
    super(context);
  }

  /** The box on its way, from point to point. */
  get band(): Box | null {
    return this.from === null || this.to === null ? null : boundsOf([this.from, this.to]);
  }

  protected startState(): StateNode {
    return this.idle;
  }

  reset(): void {
    this.dropBox();
  }

  begin(at: ImagePoint): void {
    const { context } = this;
    if (context.readOnly) context.notice("readOnly");
    if (context.readOnly || context.imageSize === null) return;
    this.from = this.to = this.clamped(at);
    this.transition(this.dragging);
  }

  stretch(at: ImagePoint): void {
    this.to = this.clamped(at);
    this.context.repaint("overlay");
  }

  dropBox(): void {
    this.from = this.to = null;
    if (this.active) this.transition(this.idle);
    this.context.repaint("overlay");
  }

  /** Asks for the mask of the box; a press that hardly moved was a click, which is about the mask under review. */
  finish(): void {
    const { band, from } = this;
    this.dropBox();
    if (band === null || from === null) return;
    if (this.isClick(band)) this.click(from);
    else this.ask(band);
  }

  private isClick({ x, y, width, height }: Box): boolean {
    const { camera } = this.context;
    const corner = camera.toScreen(imagePoint(x, y));
    const opposite: ScreenPoint = camera.toScreen(imagePoint(x + width, y + height));
    return distance(corner, opposite) <= CLICK_SLOP;
  }

  private click(point: ImagePoint): void {
    if (this.extreme.queue.newest === undefined) this.context.notice("box.small");
    else (this.extreme.current as ExtremeState).click(point);
  }

  private ask({ x, y, width, height }: Box): void {
    const { extreme, context } = this;
    const before = extreme.queue.newest;
    if (before !== undefined && !before.complete) {
      context.notice("extreme.next");
      return;
    }
    if (width < 1 || height < 1) {
      context.notice("box.small");
      return;
    }
    const [middleX, middleY] = [x + width / 2, y + height / 2];
    extreme.beginDraft(imagePoint(x, middleY));
    const draft = extreme.queue.newest;
    if (draft === undefined || draft === before) return;
    extreme.addPoint(draft, imagePoint(middleX, y));
    extreme.addPoint(draft, imagePoint(x + width, middleY));
    extreme.addPoint(draft, imagePoint(middleX, y + height));
  }

  private clamped(point: ImagePoint): ImagePoint {
    return clampToImage(point, this.context.camera.imageSize);
  }
}
