/** The four layers, their surfaces, and the loop that paints them. */
import type { Platform, Surface } from "../platform";
import type { Shapes } from "../shapes";
import type { Layer } from "../tools/node";
import type { PaintStats } from "../types";
import { ImageLayer } from "./imageLayer";
import { PaintLoop } from "./loop";
import { MaskCache } from "./maskCache";
import { MaskLayer } from "./maskLayer";
import { ObjectsBuffer } from "./objectsBuffer";
import { OverlayLayer } from "./overlayLayer";
import { PreviewMark } from "./previewMark";
import type { Scene } from "./scene";
import { StrokeLayer } from "./strokeLayer";

export class Painter {
  private readonly surfaces: readonly Surface[];
  private readonly cache: MaskCache;
  private readonly image: ImageLayer;
  private readonly objects: ObjectsBuffer;
  private readonly stroke: StrokeLayer;
  private readonly loop: PaintLoop;

  /** `frame` is called at the start of each frame. */
  constructor(platform: Platform, scene: Scene, shapes: Shapes, frame: () => void) {
    const image = platform.createLayer();
    const masks = platform.createLayer();
    const stroke = platform.createLayer();
    const overlay = platform.createLayer();
    this.surfaces = [image, masks, stroke, overlay];
    this.cache = new MaskCache(platform, shapes);
    this.image = new ImageLayer(platform, image, scene);
    this.objects = new ObjectsBuffer(platform, scene, this.cache, () => this.loop.invalidate("masks"));
    this.stroke = new StrokeLayer(platform, stroke, scene);
    const layers = {
      image: this.image,
      masks: new MaskLayer(masks, scene, this.cache, this.objects),
      stroke: this.stroke,
      overlay: new OverlayLayer(overlay, scene, this.cache, new PreviewMark(platform, shapes)),
    };
    this.loop = new PaintLoop(layers, (callback) => platform.raf(callback), frame);
  }

  /** Without layers it only asks for a frame. */
  invalidate(...layers: readonly Layer[]): void {
    this.loop.invalidate(...layers);
  }

  /** CSS pixels and device pixels per CSS pixel. */
  resize(width: number, height: number, ratio: number): void {
    const across = Math.max(1, Math.round(width * ratio));
    const down = Math.max(1, Math.round(height * ratio));
    for (const surface of this.surfaces) {
      if (surface.width !== across || surface.height !== down) surface.resize(across, down);
    }
    this.invalidate("image", "masks", "stroke", "overlay");
  }

  stats(): PaintStats {
    return {
      imagePaints: this.loop.count("image"),
      maskPaints: this.loop.count("masks"),
      strokePaints: this.loop.count("stroke"),
      overlayPaints: this.loop.count("overlay"),
    };
  }

  stop(): void {
    this.loop.stop();
    this.cache.clear();
    this.image.release();
    this.objects.release();
    this.stroke.release();
    for (const surface of this.surfaces) surface.release();
  }
}
