/** Masks ready to draw, one rendering a mask, the least recently drawn given up first when memory runs short. */
import type { Platform } from "../platform";
import type { Shapes } from "../shapes";
import type { Rle } from "../types";
import { drawMask, type MaskArt } from "./maskBitmap";

/** Bitmaps of all visible masks together should need no more than this. */
export const BITMAP_BUDGET = 256 * 2 ** 20;

export class MaskCache {
  /** In order of use, the oldest first. */
  private readonly drawn = new Map<Rle, MaskArt>();
  private bytes = 0;

  constructor(
    private readonly platform: Platform,
    private readonly shapes: Shapes,
    private readonly budget = BITMAP_BUDGET,
  ) {}

  /** Bytes of bitmaps held now. */
  get held(): number {
    return this.bytes;
  }

  /** Whatever rendering there is, also one of another scale or colour. */
  any(mask: Rle): MaskArt | null {
    const art = this.drawn.get(mask);
    if (art === undefined) return null;
    this.drawn.delete(mask);
    this.drawn.set(mask, art);
    return art;
  }

  /** The rendering for this colour and stride, if it is there already. */
  ready(mask: Rle, color: string, stride: number): MaskArt | null {
    const art = this.any(mask);
    return art !== null && art.color === color && art.stride === stride ? art : null;
  }

  /** Makes that rendering; null for a mask that is empty or cannot be read. */
  make(mask: Rle, color: string, stride: number): MaskArt | null {
    const shape = this.shapes.of(mask);
    if (shape === null || shape.box === null) return null;
    this.forget(mask);
    const art = drawMask(this.platform, shape, shape.box, stride, color);
    this.drawn.set(mask, art);
    this.bytes += art.bytes;
    this.shrink(mask);
    return art;
  }

  clear(): void {
    for (const mask of [...this.drawn.keys()]) this.forget(mask);
  }

  private forget(mask: Rle): void {
    const art = this.drawn.get(mask);
    if (art === undefined) return;
    this.drawn.delete(mask);
    this.bytes -= art.bytes;
    art.bitmap.release();
  }

  private shrink(newest: Rle): void {
    for (const mask of [...this.drawn.keys()]) {
      if (this.bytes <= this.budget || mask === newest) return;
      this.forget(mask);
    }
  }
}
