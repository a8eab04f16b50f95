/** Masks decoded once: runs, tight box and area of a record's mask. Nothing here is as large as the image. */
import type { Box } from "./geometry";
import { areaOf, boxOf, decodeRuns, RleError, type Runs } from "./rle";
import type { Rle } from "./types";

export interface MaskShape {
  readonly runs: Runs;
  /** Whole pixels; null when the mask is empty. */
  readonly box: Box | null;
  readonly area: number;
}

/** Shapes live as long as their mask does; a mask that cannot be read has none. */
export class Shapes {
  private readonly known = new WeakMap<Rle, MaskShape | null>();

  of(mask: Rle): MaskShape | null {
    const known = this.known.get(mask);
    if (known !== undefined) return known;
    const shape = this.read(mask);
    this.known.set(mask, shape);
    return shape;
  }

  private read(mask: Rle): MaskShape | null {
    try {
      const runs = decodeRuns(mask);
      return { runs, box: boxOf(runs), area: areaOf(runs) };
    } catch (error) {
      if (error instanceof RleError) return null;
      throw error;
    }
  }
}
