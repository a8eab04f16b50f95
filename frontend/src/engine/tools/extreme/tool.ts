/**
 * Extreme clicking: four points make a mask, more points mend it, accepting makes it an object. The states decide
 * what an event means; the verbs they choose from are here.
 */
import { clampToImage, distance, imagePoint } from "../../geometry";
import type { ImagePoint, MaskAnswer, MaskFailure, ScreenPoint } from "../../types";
import { Tool, type PointerInput } from "../node";
import { AwaitingMask } from "./awaitingMask";
import { Dragging } from "./dragging";
import { Draft, MOST_POINTS } from "./draft";
import { Failed } from "./failed";
import { hasMoved, type Held } from "./held";
import { Idle } from "./idle";
import { Nudging } from "./nudging";
import { Placing } from "./placing";
import { Preview } from "./preview";
import { DraftQueue } from "./queue";
import { Reviewing } from "./reviewing";
import type { ExtremeState } from "./state";
import { unusable } from "./unusable";

/** A press this near to a point, in CSS pixels, takes hold of it. */
const GRAB_RADIUS = 8;
const FINGER_RADIUS = 16;
/** A press this far outside the image, in CSS pixels, still means its border. */
const BORDER_REACH = 12;
/** A click this many CSS pixels from a small object is still about that object. */
const NEAR_MARGIN = 24;
const DOUBLE_CLICK_MS = 350;

export class ExtremeTool extends Tool {
  readonly name = "extreme";
  readonly cursor = "crosshair";
  readonly queue = new DraftQueue();
  readonly preview = new Preview(this.context);
  private readonly idle = new Idle(this);
  private readonly placing = new Placing(this);
  private readonly awaitingMask = new AwaitingMask(this);
  private readonly reviewing = new Reviewing(this);
  private readonly failed = new Failed(this);
  private readonly dragging = new Dragging(this);
  private readonly nudging = new Nudging(this);
  private heldPoint: Held | null = null;
  private lastClickAt = -Infinity;

  get head(): Draft | undefined {
    return this.queue.head;
  }

  get held(): Held | null {
    return this.heldPoint;
  }

  /** The draft that the next click or key is about: the one being placed, else the one under review. */
  get focus(): Draft | undefined {
    const { newest } = this.queue;
    return newest !== undefined && !newest.complete ? newest : this.queue.head;
  }

  protected startState(): ExtremeState {
    const { head, newest } = this.queue;
    if (head === undefined || newest === undefined) return this.idle;
    if (!newest.complete) return this.placing;
    if (head.failure !== null) return this.failed;
    return head.settled ? this.reviewing : this.awaitingMask;
  }

  /** Goes to the state that the drafts ask for. */
  settle(): void {
    this.preview.drop();
    this.context.repaint("masks", "overlay");
    if (this.active) this.transition(this.startState());
  }

  reset(): void {
    this.heldPoint = null;
    this.queue.clear();
    this.settle();
  }

  // --- clicks ---

  /** The point of the image under a press, pulled in from just outside; null, with a hint, farther out. */
  pointUnder(at: ScreenPoint): ImagePoint | null {
    this.lastClickAt = this.context.now();
    const point = this.clampedPoint(at);
    if (distance(this.context.camera.toScreen(point), at) <= this.reach()) return point;
    this.context.notice("extreme.outside");
    return null;
  }

  clampedPoint(at: ScreenPoint): ImagePoint {
    const { camera } = this.context;
    return clampToImage(camera.toImage(at), camera.imageSize);
  }

  /** Enter: a click of the keyboard cursor. */
  clickAtCursor(state: ExtremeState): void {
    const { pointer, camera } = this.context;
    if (pointer === null) return;
    const point = this.pointUnder(camera.toScreen(pointer));
    if (point !== null) state.click(point);
  }

  beginDraft(point: ImagePoint): void {
    if (this.refuse()) return;
    if (this.queue.full) {
      this.context.notice("extreme.queueFull");
      return;
    }
    const draft = new Draft();
    this.queue.add(draft);
    this.addPoint(draft, point);
  }

  addPoint(draft: Draft, point: ImagePoint): void {
    if (this.refuse()) return;
    if (draft.points.length >= MOST_POINTS) {
      this.context.notice("extreme.tooManyPoints");
      return;
    }
    draft.place(point, this.context.now());
    this.queue.forgetTaken();
    this.pointsChanged(draft);
  }

  isNear(draft: Draft, point: ImagePoint): boolean {
    return draft.isNear(point, NEAR_MARGIN / this.context.camera.scale);
  }

  // --- what keys and buttons do ---

  takeBack(): boolean {
    if (this.queue.newest === undefined || this.refuse()) return false;
    const draft = this.queue.takeBack();
    if (draft !== undefined) this.pointsChanged(draft);
    return true;
  }

  putBack(): boolean {
    if (!this.queue.canPutBack || this.refuse()) return false;
    const draft = this.queue.putBack();
    if (draft !== undefined) this.pointsChanged(draft);
    return true;
  }

  /** Makes the head an object, when its mask is there for exactly its points. */
  accept(): boolean {
    const { head, context } = this;
    if (head === undefined || head.answer === null || !head.settled || this.refuse()) return false;
    if (context.currentLabelId === null) {
      context.notice("extreme.chooseLabel");
      return false;
    }
    const { mask, bbox, score, proposalId } = head.answer;
    this.queue.drop(head);
    context.edit("accept", {
      put: [
        {
          id: context.newId(),
          labelId: context.currentLabelId,
          mask,
          bbox,
          area: context.areaOf(mask) ?? 0,
          score,
          proposalId,
          author: null,
        },
      ],
    });
    this.settle();
    return true;
  }

  /** Throws the object in focus away, so that it can be clicked again. */
  startAgain(): boolean {
    return this.drop(this.focus);
  }

  dropNewest(): boolean {
    return this.drop(this.queue.newest);
  }

  /** Asks again for the mask that failed. */
  retry(): boolean {
    const { head } = this;
    if (head === undefined || head.failure === null || this.refuse()) return false;
    this.ask(head);
    this.settle();
    return true;
  }

  // --- a held point ---

  /** The point that a press there would take hold of. */
  pointNear({ at, coarse = false }: PointerInput): Held | null {
    const { camera, readOnly } = this.context;
    if (readOnly) return null;
    let nearest: Held | null = null;
    let least = coarse ? FINGER_RADIUS : GRAB_RADIUS;
    for (const draft of this.queue.all) {
      for (const [index, { point }] of draft.points.entries()) {
        const away = distance(camera.toScreen(point), at);
        if (away > least) continue;
        least = away;
        nearest = { draft, index, point };
      }
    }
    return nearest;
  }

  /** Takes hold of the point under a press. */
  grab(input: PointerInput): boolean {
    const nearest = this.pointNear(input);
    if (nearest === null) return false;
    this.heldPoint = nearest;
    this.dragging.press(input.at);
    this.transition(this.dragging);
    return true;
  }

  /** Takes hold, by keyboard, of the first point of the object in focus, or of the one after the held one. */
  holdPoint(by: 1 | -1): boolean {
    const before = this.heldPoint;
    if (before !== null) this.dropHeld();
    const draft = before?.draft ?? this.focus;
    if (draft === undefined || this.refuse()) return false;
    const count = draft.points.length;
    const index = before === null ? (by === 1 ? 0 : count - 1) : (before.index + by + count) % count;
    const point = draft.points[index]?.point;
    if (point === undefined) return false;
    this.heldPoint = { draft, index, point };
    this.context.camera.reveal(point, NEAR_MARGIN);
    this.context.repaint("image", "masks", "overlay");
    this.transition(this.nudging);
    return true;
  }

  moveHeld(point: ImagePoint): void {
    if (this.heldPoint === null) return;
    this.heldPoint = { ...this.heldPoint, point };
    this.context.repaint("overlay");
  }

  nudgeHeld(dx: number, dy: number): void {
    if (this.heldPoint === null) return;
    const { x, y } = this.heldPoint.point;
    const { camera } = this.context;
    this.moveHeld(clampToImage(imagePoint(x + dx, y + dy), camera.imageSize));
    if (camera.reveal(this.heldPoint.point, NEAR_MARGIN)) this.context.repaint("image", "masks");
  }

  /** Leaves the held point where it is now and asks for the mask anew if it has moved. */
  dropHeld(): void {
    const held = this.heldPoint;
    this.heldPoint = null;
    if (held !== null && hasMoved(held)) {
      held.draft.move(held.index, held.point);
      this.queue.forgetTaken();
      if (held.draft.complete) this.ask(held.draft);
    }
    this.settle();
  }

  /** Lets go of the held point; it is back where it was. */
  releaseHeld(): void {
    this.heldPoint = null;
    this.settle();
  }

  /**
   * A press on a point that did not become a drag. It is a click like any other when the place differs, or when the
   * object still lacks extreme points (a corner can be two of them), but the second half of a double click is not.
   */
  clickOnHeld(at: ScreenPoint): void {
    const held = this.heldPoint;
    const isDouble = this.context.now() - this.lastClickAt < DOUBLE_CLICK_MS;
    this.releaseHeld();
    if (held === null || isDouble) return;
    const away = distance(this.context.camera.toScreen(held.point), at);
    if (held.draft.complete && away <= GRAB_RADIUS / 2) return;
    const point = this.pointUnder(at);
    if (point !== null) this.startState().click(point);
  }

  // --- answers ---

  /** Stale answers, for points that have changed since or drafts that are gone, are dropped. */
  receive(answer: MaskAnswer): void {
    const draft = this.awaiting(answer.requestId);
    if (draft === undefined) return;
    this.preview.measured(answer.elapsedMs);
    const failure = unusable(answer, this.context.areaOf(answer.mask));
    if (failure !== null) {
      this.fail(failure);
      return;
    }
    draft.receive(answer);
    this.context.repaint("masks", "overlay");
    if (this.active) this.current.onAnswer?.();
  }

  fail(failure: MaskFailure): void {
    const draft = this.awaiting(failure.requestId);
    if (draft === undefined) return;
    draft.fail(failure);
    this.context.repaint("masks", "overlay");
    if (this.active) this.current.onFailure?.();
  }

  private awaiting(requestId: string): Draft | undefined {
    return this.queue.all.find((draft) => draft.awaits(requestId));
  }

  private pointsChanged(draft: Draft): void {
    if (draft.complete) this.ask(draft);
    this.settle();
  }

  private ask(draft: Draft): void {
    if (!draft.recall()) this.context.requestMask(draft.ask(this.context.newId()));
  }

  private drop(draft: Draft | undefined): boolean {
    if (draft === undefined) return false;
    this.queue.drop(draft);
    this.settle();
    return true;
  }

  /** True, with a hint, when nothing may be changed; clicks also need an image. */
  private refuse(): boolean {
    const { context } = this;
    if (context.readOnly) context.notice("readOnly");
    return context.readOnly || context.imageSize === null;
  }

  /** Half a pixel of the border pixel lies outside its centre. */
  private reach(): number {
    return BORDER_REACH + this.context.camera.scale / 2;
  }
}
