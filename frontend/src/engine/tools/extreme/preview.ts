/**
 * What the model would make of three placed points and the pointer, asked for while the pointer rests. It is never
 * more than a hint: any change of the points drops it, one question is under way at most, and nothing is asked while
 * masks are slow.
 */
import type { ImagePoint, Rle } from "../../types";
import type { ToolContext } from "../node";
import { EXTREME_POINTS, type Draft } from "./draft";

/** The pointer rests when it has not moved for this long. */
const REST_MS = 70;
/** Masks that take longer than this would lag behind the pointer. */
const FAST_MS = 150;
/** A question without an answer for so long will get none. */
const PATIENCE_MS = 1000;

interface Question {
  readonly requestId: string;
  readonly draft: Draft;
  readonly asked: number;
  readonly giveUp: () => void;
}

export class Preview {
  private shown: Rle | null = null;
  private wanted: { readonly draft: Draft; readonly point: ImagePoint } | null = null;
  private question: Question | null = null;
  private stopResting: (() => void) | null = null;
  private fast = false;

  constructor(private readonly context: ToolContext) {}

  get mask(): Rle | null {
    return this.context.previews ? this.shown : null;
  }

  /** How long a mask took that somebody has clicked for. */
  measured(elapsedMs: number): void {
    this.fast = elapsedMs < FAST_MS;
  }

  /** The pointer is there now; null when it is nowhere. */
  follow(draft: Draft | undefined, point: ImagePoint | null): void {
    this.stopResting?.();
    this.stopResting = null;
    if (draft === undefined || point === null || draft.points.length !== EXTREME_POINTS - 1) this.drop();
    else {
      this.wanted = { draft, point };
      if (this.fast && this.context.previews) this.stopResting = this.context.after(REST_MS, () => this.ask());
    }
  }

  /** The points are other ones now. */
  drop(): void {
    this.stopResting?.();
    this.stopResting = null;
    this.wanted = null;
    if (this.shown !== null) this.context.repaint("overlay");
    this.shown = null;
  }

  /** `mask` is null where there is none. */
  receive(requestId: string, mask: Rle | null): void {
    const { question, context, wanted } = this;
    if (question?.requestId !== requestId) return;
    this.question = null;
    question.giveUp();
    if (context.now() - question.asked > FAST_MS) this.fast = false;
    if (wanted?.draft !== question.draft) return;
    this.shown = mask !== null && context.areaOf(mask) !== null ? mask : null;
    context.repaint("overlay");
  }

  private ask(): void {
    this.stopResting = null;
    const { context, wanted } = this;
    if (wanted === null) return;
    if (this.question !== null) {
      this.stopResting = context.after(REST_MS, () => this.ask());
      return;
    }
    const requestId = context.newId();
    const giveUp = context.after(PATIENCE_MS, () => {
      if (this.question?.requestId === requestId) this.question = null;
    });
    this.question = { requestId, draft: wanted.draft, asked: context.now(), giveUp };
    context.requestPreview({ requestId, points: wanted.draft.withPoint(wanted.point, context.now()) });
  }
}
