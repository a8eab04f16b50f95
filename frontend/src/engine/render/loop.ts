/** One frame for everything that has become dirty since the last one. */
import type { Layer } from "../tools/node";

export interface LoopLayer {
  paint(): void;
}

export class PaintLoop {
  private readonly dirty = new Set<Layer>();
  private readonly paints: Record<Layer, number> = { image: 0, masks: 0, stroke: 0, overlay: 0 };
  private cancel: (() => void) | null = null;
  private stopped = false;

  /** `frame` is called in each frame before the layers are painted. */
  constructor(
    private readonly layers: Readonly<Record<Layer, LoopLayer>>,
    private readonly raf: (frame: () => void) => () => void,
    private readonly frame: () => void,
  ) {}

  count(layer: Layer): number {
    return this.paints[layer];
  }

  /** Without layers it only asks for a frame. */
  invalidate(...layers: readonly Layer[]): void {
    for (const layer of layers) this.dirty.add(layer);
    if (this.stopped || this.cancel !== null) return;
    this.cancel = this.raf(() => this.run());
  }

  stop(): void {
    this.stopped = true;
    this.cancel?.();
    this.cancel = null;
  }

  private run(): void {
    this.cancel = null;
    this.frame();
    for (const layer of ["image", "masks", "stroke", "overlay"] as const) {
      if (!this.dirty.delete(layer)) continue;
      this.paints[layer] += 1;
      this.layers[layer].paint();
    }
  }
}
