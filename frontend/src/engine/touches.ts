/**
 * Fingers on the canvas. One clicks and draws with the tool in hand; two pan and zoom, and interrupt what one has
 * begun; one that is held still is a secondary click. Where a pen is at work, fingers only move the image.
 *
 * A finger is told to the tool late: when it moves, or when it is lifted. Until then it may still become one of two,
 * and a tool that places points gets the place where it is lifted, which the loupe shows meanwhile.
 */
import { distance, screenPoint } from "./geometry";
import type { ScreenPoint } from "./types";

/** What fingers come to mean. */
export interface TouchTarget {
  /** A press there would place something, so that it is better placed where the finger is lifted. */
  aimsAt(at: ScreenPoint): boolean;
  /** Nothing is pressed; the place is shown. */
  hover(at: ScreenPoint): void;
  press(at: ScreenPoint): void;
  move(at: ScreenPoint): void;
  release(at: ScreenPoint): void;
  /** What was pressed ends; `early`: so soon that it was not meant at all. */
  interrupt(early: boolean): void;
  /** No finger points anywhere any more. */
  leave(): void;
  secondary(at: ScreenPoint): void;
  /** The image moves from one place to the other, and is larger by the factor there. */
  drag(from: ScreenPoint, to: ScreenPoint, factor: number): void;
  after(ms: number, then: () => void): () => void;
  now(): number;
}

/** CSS pixels that a finger may wander and still be a tap. */
const SLOP = 8;
const LONG_PRESS_MS = 550;
/** What one finger drew for less than this was the beginning of a gesture of two. */
const UNMEANT_MS = 250;
/** Two fingers nearer to each other than this, in CSS pixels, would zoom in jumps. */
const LEAST_SPREAD = 16;

type Meaning =
  | { readonly kind: "none" }
  /** Not told yet; `from` is where it was put down. */
  | { readonly kind: "waiting"; readonly id: number; readonly from: ScreenPoint; readonly stop: () => void }
  | { readonly kind: "aiming"; readonly id: number }
  | { readonly kind: "pressing"; readonly id: number; readonly since: number }
  | { readonly kind: "panning"; readonly id: number }
  | { readonly kind: "pinching"; readonly ids: readonly [number, number] }
  /** Nothing more until all fingers are up. */
  | { readonly kind: "over" };

const NONE: Meaning = { kind: "none" };
const OVER: Meaning = { kind: "over" };

function between(a: ScreenPoint, b: ScreenPoint): ScreenPoint {
  return screenPoint((a.x + b.x) / 2, (a.y + b.y) / 2);
}

export class Touches {
  private readonly fingers = new Map<number, ScreenPoint>();
  private meaning: Meaning = NONE;
  private pen: "never" | "known" | "down" = "never";

  constructor(private readonly target: TouchTarget) {}

  /** A pen is there; while it is `down`, whatever else touches the screen is the hand that holds it. */
  penIs(state: "known" | "down"): void {
    if (state === "down" && this.pen !== "down") this.end();
    this.pen = state;
  }

  down(id: number, at: ScreenPoint): void {
    this.fingers.set(id, at);
    const { meaning } = this;
    if (this.pen === "down") this.meaning = OVER;
    else if (meaning.kind === "none") this.first(id, at);
    else if (meaning.kind !== "pinching" && meaning.kind !== "over") this.second(meaning.id, id);
  }

  move(id: number, at: ScreenPoint): void {
    const before = this.fingers.get(id);
    if (before === undefined) return;
    const { meaning, target } = this;
    if (meaning.kind === "pinching") this.pinch(meaning.ids, id, at);
    this.fingers.set(id, at);
    if (!("id" in meaning) || meaning.id !== id) return;
    if (meaning.kind === "waiting") this.wander(meaning, at);
    else if (meaning.kind === "aiming") target.hover(at);
    else if (meaning.kind === "pressing") target.move(at);
    else target.drag(before, at, 1);
  }

  up(id: number, at: ScreenPoint): void {
    if (!this.fingers.delete(id)) return;
    const { meaning, target } = this;
    const its = "id" in meaning && meaning.id === id;
    if (meaning.kind === "waiting" && its) meaning.stop();
    if (its && (meaning.kind === "waiting" || meaning.kind === "aiming")) target.press(at);
    if (its && meaning.kind !== "panning") {
      target.release(at);
      target.leave();
    }
    this.settle(its);
  }

  /** The system has taken the finger for something of its own. */
  lost(id: number): void {
    if (!this.fingers.delete(id)) return;
    const its = "id" in this.meaning && this.meaning.id === id;
    if (its) this.end();
    this.settle(its);
  }

  private first(id: number, at: ScreenPoint): void {
    if (this.pen === "known") {
      this.meaning = { kind: "panning", id };
      return;
    }
    const stop = this.target.after(LONG_PRESS_MS, () => {
      this.meaning = OVER;
      this.target.secondary(this.fingers.get(id) ?? at);
      this.target.leave();
    });
    this.meaning = { kind: "waiting", id, from: at, stop };
    this.target.hover(at);
  }

  private second(one: number, other: number): void {
    this.end();
    this.meaning = { kind: "pinching", ids: [one, other] };
  }

  private wander({ id, from, stop }: Meaning & { kind: "waiting" }, at: ScreenPoint): void {
    const { target } = this;
    const aims = target.aimsAt(from);
    if (aims) target.hover(at);
    if (distance(from, at) <= SLOP) return;
    stop();
    this.meaning = aims ? { kind: "aiming", id } : { kind: "pressing", id, since: target.now() };
    if (aims) return;
    target.press(from);
    target.move(at);
  }

  /** Before the new place of the finger is noted. */
  private pinch([first, second]: readonly [number, number], id: number, at: ScreenPoint): void {
    const a = this.fingers.get(first);
    const b = this.fingers.get(second);
    if (a === undefined || b === undefined || (id !== first && id !== second)) return;
    const [c, d] = id === first ? [at, b] : [a, at];
    const spread = Math.max(distance(a, b), LEAST_SPREAD);
    this.target.drag(between(a, b), between(c, d), Math.max(distance(c, d), LEAST_SPREAD) / spread);
  }

  /** Whatever one finger was about ends without effect, as far as it can. */
  private end(): void {
    const { meaning, target } = this;
    if (meaning.kind === "waiting") meaning.stop();
    if (meaning.kind === "pressing") target.interrupt(target.now() - meaning.since < UNMEANT_MS);
    if (meaning.kind === "waiting" || meaning.kind === "aiming" || meaning.kind === "pressing") target.leave();
    this.meaning = OVER;
  }

  /** After a finger has left; `its`: the one that meant something. */
  private settle(its: boolean): void {
    if (this.fingers.size === 0) this.meaning = NONE;
    else if (its || this.meaning.kind === "pinching") this.meaning = this.stillPinching() ? this.meaning : OVER;
  }

  private stillPinching(): boolean {
    const { meaning } = this;
    return meaning.kind === "pinching" && meaning.ids.every((id) => this.fingers.has(id));
  }
}
