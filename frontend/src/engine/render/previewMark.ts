/** The outline of a preview, thin and dashed: nothing that anybody could take for a mask that is there. */
import type { Platform } from "../platform";
import { decodeBox } from "../rle";
import type { Shapes } from "../shapes";
import type { Rle } from "../types";
import { grow, type Box } from "../geometry";
import { traceOutline } from "../outline";
import type { Brush } from "./brush";
import { pathOf } from "./maskBitmap";
import type { Scene } from "./scene";
import { MARK_DARK, MARK_LIGHT } from "./theme";
import { drawInImageSpace, drawInScreenSpace, strideFor } from "./view";

/** CSS pixels. */
const WIDTH = 1.25;
const DASH = [5, 4];

interface Traced {
  readonly mask: Rle;
  readonly stride: number;
  readonly box: Box;
  readonly path: Path2D;
}

export class PreviewMark {
  private traced: Traced | null = null;

  constructor(
    private readonly platform: Platform,
    private readonly shapes: Shapes,
  ) {}

  draw(brush: Brush, scene: Scene): void {
    const traced = this.trace(scene);
    if (traced === null) return;
    const { context } = brush;
    const { camera, pixelRatio } = scene;
    const { scale } = camera;
    drawInImageSpace(context, camera, pixelRatio);
    for (const [color, width] of [
      [MARK_DARK, WIDTH + 1.5],
      [MARK_LIGHT, WIDTH],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = width / scale;
      context.setLineDash(color === MARK_LIGHT ? DASH.map((part) => part / scale) : []);
      context.stroke(traced.path);
    }
    context.setLineDash([]);
    drawInScreenSpace(context, pixelRatio);
    const { x, y, width, height } = grow(camera.boxOnScreen(traced.box), WIDTH + 1.5);
    brush.touched(x, y, width, height);
  }

  private trace({ preview, camera, pixelRatio }: Scene): Traced | null {
    if (preview === null) {
      this.traced = null;
      return null;
    }
    const stride = strideFor(camera.scale, pixelRatio);
    if (this.traced?.mask === preview && this.traced.stride === stride) return this.traced;
    const shape = this.shapes.of(preview);
    if (shape === null || shape.box === null) return null;
    const outline = traceOutline(decodeBox(shape.runs, shape.box, stride), shape.box, stride);
    this.traced = { mask: preview, stride, box: shape.box, path: pathOf(this.platform, outline) };
    return this.traced;
  }
}
