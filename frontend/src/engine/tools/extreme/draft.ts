/** One object that is being clicked: its points, what was asked for them, and the answer so far. */
import { boundsOf, boxContains, grow } from "../../geometry";
import type { Click, ImagePoint, MaskAnswer, MaskFailure, MaskRequest } from "../../types";

export const EXTREME_POINTS = 4;
/** What the server takes at most. */
export const MOST_POINTS = 32;

/** A predicted quality below this is shown as doubtful. */
export const DOUBTFUL_SCORE = 0.75;

export interface PlacedPoint {
  readonly point: ImagePoint;
  /** Milliseconds since the first click of the object. */
  readonly t: number;
}

/** A hundredth of a pixel is finer than any click, and keeps messages short. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function clickOf({ point, t }: PlacedPoint): Click {
  return { x: round(point.x), y: round(point.y), t: Math.round(t) };
}

export class Draft {
  private placed: readonly PlacedPoint[] = [];
  private startedAt = 0;
  private request: string | null = null;
  private lastAnswer: MaskAnswer | null = null;
  private lastFailure: MaskFailure | null = null;
  /** Answers by the points they belong to, so that a point taken back needs no second request. */
  private readonly answers = new Map<string, MaskAnswer>();

  get points(): readonly PlacedPoint[] {
    return this.placed;
  }

  get pending(): boolean {
    return this.request !== null;
  }

  /** The newest mask; it may belong to earlier points while a request is pending or has failed. */
  get answer(): MaskAnswer | null {
    return this.lastAnswer;
  }

  get failure(): MaskFailure | null {
    return this.lastFailure;
  }

  get complete(): boolean {
    return this.placed.length >= EXTREME_POINTS;
  }

  /** True when the mask belongs to exactly these points. */
  get settled(): boolean {
    return this.lastAnswer !== null && !this.pending && this.lastFailure === null;
  }

  place(point: ImagePoint, now: number): void {
    if (this.placed.length === 0) this.startedAt = now;
    this.setPoints([...this.placed, { point, t: now - this.startedAt }]);
  }

  /** The clicks with one more, which is not made. */
  withPoint(point: ImagePoint, now: number): readonly Click[] {
    return [...this.placed, { point, t: now - this.startedAt }].map(clickOf);
  }

  putBack(placed: PlacedPoint): void {
    this.setPoints([...this.placed, placed]);
  }

  move(index: number, point: ImagePoint): void {
    this.setPoints(this.placed.map((old, at) => (at === index ? { point, t: old.t } : old)));
  }

  takeBack(): PlacedPoint | undefined {
    const last = this.placed.at(-1);
    this.setPoints(this.placed.slice(0, -1));
    return last;
  }

  /** Takes a known answer for these points, if there is one. */
  recall(): boolean {
    const known = this.answers.get(this.key());
    if (known === undefined) return false;
    this.lastAnswer = known;
    this.lastFailure = null;
    this.request = null;
    return true;
  }

  /** Makes the request for the points as they are; an earlier one that is still on its way becomes stale. */
  ask(requestId: string): MaskRequest {
    this.request = requestId;
    this.lastFailure = null;
    return {
      requestId,
      points: this.placed.map(clickOf),
      parentProposalId: this.lastAnswer?.proposalId ?? null,
    };
  }

  awaits(requestId: string): boolean {
    return this.request === requestId;
  }

  receive(answer: MaskAnswer): void {
    this.request = null;
    this.lastAnswer = answer;
    this.answers.set(this.key(), answer);
  }

  fail(failure: MaskFailure): void {
    this.request = null;
    this.lastFailure = failure;
  }

  /** True when a click there is more likely about this object than about another one. */
  isNear(point: ImagePoint, leastMargin: number): boolean {
    const box = boundsOf(this.placed.map((placed) => placed.point));
    if (box === null) return false;
    return boxContains(grow(box, Math.max(leastMargin, Math.max(box.width, box.height) / 4)), point);
  }

  /** Whatever was asked or answered was for other points; below four of them it means nothing any more. */
  private setPoints(points: readonly PlacedPoint[]): void {
    this.placed = points;
    this.request = null;
    this.lastFailure = null;
    if (!this.complete) this.lastAnswer = null;
  }

  private key(): string {
    return this.placed.map(({ point }) => `${round(point.x)},${round(point.y)}`).join(" ");
  }
}
