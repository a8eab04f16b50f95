/**
 * Which vertices a mask was made of. A mask comes back through undo, redo and the server with its vertices; one that
 * was made otherwise (by a model, a brush) is traced, with vertices no farther than a pixel from its outline.
 */
import { bitmapOf } from "../../masks/bitmap";
import type { Ring } from "../../masks/polygon";
import { traceRings } from "../../masks/vertices";
import type { Runs } from "../../rle";
import type { Rle } from "../../types";

const TOLERANCE = 1;
/** Masks that are remembered; the ones used longest ago go first. */
const MOST = 100;

export class RingMemory {
  private readonly known = new Map<string, readonly Ring[]>();

  remember({ counts }: Rle, rings: readonly Ring[]): void {
    this.known.delete(counts);
    this.known.set(counts, rings);
    const oldest = this.known.keys().next();
    if (this.known.size > MOST && oldest.done !== true) this.known.delete(oldest.value);
  }

  /** The vertices that were remembered, or else traced ones. */
  of(mask: Rle, runs: Runs): readonly Ring[] {
    const rings = this.known.get(mask.counts) ?? traceRings(bitmapOf(runs), TOLERANCE);
    this.remember(mask, rings);
    return rings;
  }

  clear(): void {
    this.known.clear();
  }
}
