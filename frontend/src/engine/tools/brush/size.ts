/** The brush's diameter in image pixels, shared by brush and eraser. */
import { clamp, type Size } from "../../geometry";

const LARGEST = 1000;
/** A first brush of this part of the image's shorter side suits most objects. */
const FIRST_PART = 40;
const STEP = 1.2;

export class BrushSize {
  private chosen: number | null = null;

  /** Whole image pixels. */
  of(image: Size | null): number {
    if (this.chosen !== null) return this.chosen;
    return image === null ? 1 : clamp(Math.round(Math.min(image.width, image.height) / FIRST_PART), 3, LARGEST);
  }

  set(diameter: number): void {
    this.chosen = clamp(Math.round(diameter), 1, LARGEST);
  }

  /** One step larger or smaller: a fifth, but at least a pixel. */
  step(by: 1 | -1, image: Size | null): void {
    const now = this.of(image);
    this.set(by === 1 ? Math.max(now + 1, now * STEP) : Math.min(now - 1, now / STEP));
  }
}
