/** The photograph on its ground. */
import type { Box } from "../geometry";
import type { Picture, Platform, Surface } from "../platform";
import type { LoopLayer } from "./loop";
import type { Scene } from "./scene";
import { drawTiles, drawWhole } from "./tileDrawing";
import { drawInImageSpace, drawInScreenSpace, visibleBox } from "./view";

/** Above this zoom pixels are shown as squares. */
const SMOOTH_UP_TO = 4;
const SMALLEST_COPY = 1024;
/** A half-size copy of a larger picture would cost too much memory. */
const LARGEST_HALVED = 40_000_000;

/** Copies of half the size, a quarter, ...: drawing a small view of a large picture stays fast and does not flicker. */
function smallerCopies(platform: Platform, picture: Picture): Surface[] {
  const copies: Surface[] = [];
  let from: { source: CanvasImageSource; width: number; height: number } = picture;
  let divisor = picture.width * picture.height > LARGEST_HALVED ? 4 : 2;
  while (Math.max(picture.width, picture.height) / divisor >= SMALLEST_COPY) {
    const copy = platform.createBuffer(Math.ceil(picture.width / divisor), Math.ceil(picture.height / divisor));
    copy.context.imageSmoothingEnabled = true;
    copy.context.imageSmoothingQuality = "high";
    copy.context.drawImage(from.source, 0, 0, from.width, from.height, 0, 0, copy.width, copy.height);
    copies.push(copy);
    from = copy;
    divisor *= 2;
  }
  return copies;
}

export class ImageLayer implements LoopLayer {
  private copies: Surface[] = [];
  private copied: Picture | null = null;

  constructor(
    private readonly platform: Platform,
    private readonly surface: Surface,
    private readonly scene: Scene,
  ) {}

  paint(): void {
    const { context } = this.surface;
    const { camera, palette, pixelRatio, picture } = this.scene;
    drawInScreenSpace(context, pixelRatio);
    // The ground shows through from behind: what is done to the picture's light is not done to it.
    context.clearRect(0, 0, camera.viewSize.width, camera.viewSize.height);
    this.follow(picture);
    if (picture === null) return;
    const { x, y, width, height } = camera.imageArea;
    context.strokeStyle = palette.border;
    context.lineWidth = 1;
    context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
    this.drawVisible(picture, this.visiblePart(picture));
  }

  release(): void {
    for (const copy of this.copies) copy.release();
    this.copies = [];
    this.copied = null;
  }

  private follow(picture: Picture | null): void {
    if (picture === this.copied) return;
    this.release();
    this.copied = picture;
    if (picture !== null && picture.tiled === undefined) this.copies = smallerCopies(this.platform, picture);
  }

  /** In whole image pixels, within the picture. */
  private visiblePart(picture: Picture): Box {
    const view = visibleBox(this.scene.camera);
    const x = Math.max(0, Math.floor(view.x));
    const y = Math.max(0, Math.floor(view.y));
    return {
      x,
      y,
      width: Math.min(picture.width, Math.ceil(view.x + view.width)) - x,
      height: Math.min(picture.height, Math.ceil(view.y + view.height)) - y,
    };
  }

  private drawVisible(picture: Picture, part: Box): void {
    if (part.width <= 0 || part.height <= 0) return;
    const { context } = this.surface;
    const { camera, pixelRatio } = this.scene;
    context.imageSmoothingEnabled = camera.scale <= SMOOTH_UP_TO;
    context.imageSmoothingQuality = camera.scale < 1 ? "medium" : "low";
    drawInImageSpace(context, camera, pixelRatio);
    const { tiled } = picture;
    const scale = camera.scale * pixelRatio;
    if (tiled === undefined) drawWhole(context, this.sourceFor(picture), picture, part);
    else drawTiles(context, { ...picture, tiled }, { part, scale, reader: "view" });
  }

  /** The smallest copy that still has a pixel for every device pixel. */
  private sourceFor(picture: Picture): { source: CanvasImageSource; width: number; height: number } {
    const needed = picture.width * this.scene.camera.scale * this.scene.pixelRatio;
    return this.copies.findLast((copy) => copy.width >= needed) ?? picture;
  }
}
