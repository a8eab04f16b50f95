/** Moves the image. The engine also lends it out for a middle-button or Space drag within another tool. */
import type { ScreenPoint } from "../../types";
import { Tool, type StateNode } from "../node";
import { PanIdle } from "./idle";
import { Panning } from "./panning";

/** CSS pixels. */
const KEY_STEP = 64;

export class PanTool extends Tool {
  readonly name = "pan";
  readonly cursor = "grab";
  private readonly idle = new PanIdle(this);
  private readonly panning = new Panning(this);
  private last: ScreenPoint | null = null;

  protected startState(): StateNode {
    return this.idle;
  }

  /** Looks a step farther in the direction, whatever its length. */
  stepTowards(dx: number, dy: number): void {
    const [across, down] = this.context.camera.stepOnScreen(Math.sign(dx), Math.sign(dy));
    this.context.camera.panBy(-across * KEY_STEP, -down * KEY_STEP);
    this.context.repaint("image", "masks", "stroke", "overlay");
  }

  hold(at: ScreenPoint): void {
    this.last = at;
    this.transition(this.panning);
  }

  follow(at: ScreenPoint): void {
    if (this.last === null) return;
    this.context.camera.panBy(at.x - this.last.x, at.y - this.last.y);
    this.last = at;
    this.context.repaint("image", "masks", "stroke", "overlay");
  }

  letGo(): void {
    this.last = null;
    this.transition(this.idle);
  }
}
