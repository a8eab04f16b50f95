/** What changes with every move of the pointer: guide lines, marks, the box around them, the loupe. */
import { boundsOf, grow, type Box } from "../geometry";
import type { Surface } from "../platform";
import type { ImagePoint, ScreenPoint } from "../types";
import { Brush } from "./brush";
import type { LoopLayer } from "./loop";
import { drawLoupe } from "./loupe";
import { drawMark } from "./marks";
import type { MaskCache } from "./maskCache";
import type { PreviewMark } from "./previewMark";
import type { DraftView, Scene } from "./scene";
import { drawBand, drawPolygon, drawRing } from "./shapeMarks";
import { MARK_DARK, MARK_LIGHT, SELECTED_WIDTH } from "./theme";
import { drawInImageSpace, drawInScreenSpace } from "./view";

const GAP = 8;
const GUIDE_DARK = "rgba(0, 0, 0, 0.35)";
const GUIDE_LIGHT = "rgba(255, 255, 255, 0.85)";
const UNFOCUSED_ALPHA = 0.55;

export class OverlayLayer implements LoopLayer {
  private readonly brush: Brush;

  constructor(
    surface: Surface,
    private readonly scene: Scene,
    private readonly cache: MaskCache,
    private readonly preview: PreviewMark,
  ) {
    this.brush = new Brush(surface.context);
  }

  paint(): void {
    const { brush, scene } = this;
    drawInScreenSpace(brush.context, scene.pixelRatio);
    brush.context.lineJoin = "round";
    brush.wipe();
    this.drawHovered();
    if (scene.polygon !== null) drawPolygon(brush, scene, scene.polygon);
    if (scene.crosshair !== null) this.drawGuides(scene.camera.toScreen(scene.crosshair));
    this.preview.draw(brush, scene);
    for (const draft of scene.drafts) this.drawDraft(draft);
    if (scene.band !== null) drawBand(brush, scene, scene.band);
    if (scene.ring !== null) drawRing(brush, scene, scene.ring);
    if (scene.magnified !== null) drawLoupe(brush, scene, scene.magnified);
  }

  private drawHovered(): void {
    const { hovered, camera, pixelRatio, selection } = this.scene;
    if (hovered === null || hovered.id === selection) return;
    const art = this.cache.any(hovered.mask);
    if (art === null) return;
    const { context } = this.brush;
    drawInImageSpace(context, camera, pixelRatio);
    context.strokeStyle = MARK_LIGHT;
    context.lineWidth = SELECTED_WIDTH / camera.scale;
    context.stroke(art.outline);
    drawInScreenSpace(context, pixelRatio);
    const { x, y, width, height } = grow(camera.boxOnScreen(art.box), SELECTED_WIDTH);
    this.brush.touched(x, y, width, height);
  }

  /** Two lines through the pointer, from edge to edge of the image as far as it is in view. */
  private drawGuides(at: ScreenPoint): void {
    const area = this.imageInView();
    const right = area.x + area.width;
    const bottom = area.y + area.height;
    const x = Math.round(at.x - 0.5) + 0.5;
    const y = Math.round(at.y - 0.5) + 0.5;
    for (const [color, width] of [
      [GUIDE_DARK, 3],
      [GUIDE_LIGHT, 1],
    ] as const) {
      if (x - GAP > area.x) this.brush.line(area.x, y, x - GAP, y, color, width);
      if (x + GAP < right) this.brush.line(x + GAP, y, right, y, color, width);
      if (y - GAP > area.y) this.brush.line(x, area.y, x, y - GAP, color, width);
      if (y + GAP < bottom) this.brush.line(x, y + GAP, x, bottom, color, width);
    }
  }

  private imageInView(): Box {
    const { imageArea, viewSize } = this.scene.camera;
    const x = Math.max(imageArea.x, 0);
    const y = Math.max(imageArea.y, 0);
    return {
      x,
      y,
      width: Math.min(imageArea.x + imageArea.width, viewSize.width) - x,
      height: Math.min(imageArea.y + imageArea.height, viewSize.height) - y,
    };
  }

  private drawDraft(draft: DraftView): void {
    const { palette } = this.scene;
    const color = draft.failed ? palette.failed : palette.accent;
    this.brush.context.globalAlpha = draft.focused ? 1 : UNFOCUSED_ALPHA;
    const box = this.boxAround(draft);
    if (box !== null) {
      this.brush.box(box, MARK_DARK, 2);
      this.brush.box(box, MARK_LIGHT, 1);
    }
    for (const [index, { point, role }] of draft.points.entries()) {
      drawMark(this.brush, this.onScreen(point), { role, color, held: index === draft.held, turn: this.scene.camera.turn });
    }
    this.brush.context.globalAlpha = 1;
  }

  /** Around the four extreme points, once they are known. */
  private boxAround({ points }: DraftView): Box | null {
    const extremes = points.filter(({ role }) => role !== "unknown" && role !== "correction");
    return boundsOf(extremes.map(({ point }) => this.onScreen(point)));
  }

  private onScreen(point: ImagePoint): ScreenPoint {
    return this.scene.camera.toScreen(point);
  }
}
