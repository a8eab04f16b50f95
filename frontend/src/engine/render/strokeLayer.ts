/**
 * The object that is being painted, alone on a canvas: each move of the brush redraws no more than what it changed,
 * so that a stroke costs the stroke, whatever the size of the object, the image and the view.
 */
import { boxesMeet, grow, type Box } from "../geometry";
import { joined } from "../masks/sheet";
import { traceOutline } from "../outline";
import type { Platform, Surface } from "../platform";
import type { LoopLayer } from "./loop";
import { paintCells, pathOf } from "./maskBitmap";
import { strokePath, type Line } from "./maskDrawing";
import type { LiveMask, Scene } from "./scene";
import { MARK_DARK, MARK_LIGHT, SELECTED_WIDTH } from "./theme";
import { canvasBoxOf, drawInDeviceSpace, drawInImageSpace, imageBoxOf, strideFor } from "./view";

/** CSS pixels that the widest line of an outline reaches beyond the mask, with room for its corners. */
const REACH = SELECTED_WIDTH + 4;

/** What all that is on the canvas depends on. */
interface Look {
  readonly live: LiveMask;
  readonly tint: number;
  readonly turn: number;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly ratio: number;
  readonly width: number;
  readonly height: number;
}

function sameLook(a: Look | null, b: Look): boolean {
  if (a === null || a.live !== b.live || a.tint !== b.tint || a.turn !== b.turn) return false;
  return a.x === b.x && a.y === b.y && a.scale === b.scale && a.ratio === b.ratio && a.width === b.width && a.height === b.height;
}

/** The common part of two boxes, in whole pixels; null when there is none. */
function common(a: Box, b: Box): Box | null {
  if (!boxesMeet(a, b)) return null;
  const x = Math.floor(Math.max(a.x, b.x));
  const y = Math.floor(Math.max(a.y, b.y));
  const width = Math.ceil(Math.min(a.x + a.width, b.x + b.width)) - x;
  const height = Math.ceil(Math.min(a.y + a.height, b.y + b.height)) - y;
  return { x, y, width, height };
}

export class StrokeLayer implements LoopLayer {
  private drawn: Look | null = null;
  /** Where the cells of a part are made ready; as large as the largest part so far. */
  private scratch: Surface | null = null;

  constructor(
    private readonly platform: Platform,
    private readonly surface: Surface,
    private readonly scene: Scene,
  ) {}

  paint(): void {
    const { live, camera, pixelRatio, tint } = this.scene;
    if (live === null) {
      this.wipe();
      return;
    }
    const { width, height } = this.surface;
    const look = { live, tint, turn: camera.turn, ...camera.placement, ratio: pixelRatio, width, height };
    const changed = live.takeChanged();
    const whole = !sameLook(this.drawn, look);
    if (whole) this.wipe();
    this.drawn = look;
    const part = whole ? joined(live.box, changed) : changed;
    if (part !== null) this.draw(live, part);
  }

  release(): void {
    this.scratch?.release();
    this.scratch = null;
    this.drawn = null;
  }

  private wipe(): void {
    if (this.drawn === null) return;
    this.drawn = null;
    drawInDeviceSpace(this.surface.context);
    this.surface.context.clearRect(0, 0, this.surface.width, this.surface.height);
  }

  /** Draws what is seen of a part of the image, its outline and what this reaches over. */
  private draw(live: LiveMask, part: Box): void {
    const { context } = this.surface;
    const { camera, pixelRatio } = this.scene;
    const area = this.onCanvas(part);
    if (area === null) return;
    context.save();
    drawInDeviceSpace(context);
    context.beginPath();
    context.rect(area.x, area.y, area.width, area.height);
    context.clip();
    context.clearRect(area.x, area.y, area.width, area.height);
    const stride = strideFor(camera.scale, pixelRatio);
    const source = this.sourceOf(live, area, stride);
    if (source !== null) this.drawCells(live, source, stride);
    context.restore();
  }

  /** In whole device pixels, within the canvas, with what the outline reaches beyond; null when out of view. */
  private onCanvas(part: Box): Box | null {
    const { camera, pixelRatio } = this.scene;
    const placed = canvasBoxOf(camera, pixelRatio, part);
    const canvas = { x: 0, y: 0, width: this.surface.width, height: this.surface.height };
    return common(grow(placed, REACH * pixelRatio + 1), canvas);
  }

  /**
   * The pixels of the image that show in an area of the canvas, and beyond by as much as keeps the false edges of the
   * part out of the area; begins at a whole cell.
   */
  private sourceOf(live: LiveMask, area: Box, stride: number): Box | null {
    const { camera, pixelRatio } = this.scene;
    const margin = REACH / camera.scale + 2 * stride;
    const seen = grow(imageBoxOf(camera, pixelRatio, area), margin);
    const image = { x: 0, y: 0, ...camera.imageSize };
    const object = live.box === null ? null : common(grow(live.box, stride), image);
    const part = object === null ? null : common(seen, object);
    if (part === null) return null;
    const x = Math.floor(part.x / stride) * stride;
    const y = Math.floor(part.y / stride) * stride;
    return { x, y, width: part.x + part.width - x, height: part.y + part.height - y };
  }

  private drawCells(live: LiveMask, part: Box, stride: number): void {
    const { context } = this.surface;
    const { camera, pixelRatio } = this.scene;
    const cells = live.cells(part, stride);
    const across = Math.ceil(part.width / stride);
    const down = Math.ceil(part.height / stride);
    const scratch = this.scratchFor(across, down);
    paintCells(scratch.context, cells, across, down, live.color);
    drawInImageSpace(context, camera, pixelRatio);
    context.globalAlpha = this.scene.tint;
    context.imageSmoothingEnabled = false;
    context.drawImage(scratch.source, 0, 0, across, down, part.x, part.y, across * stride, down * stride);
    const path = pathOf(this.platform, traceOutline(cells, part, stride));
    const { scale } = camera;
    const lines: readonly Line[] = [
      { color: MARK_DARK, width: SELECTED_WIDTH + 4, scale },
      { color: MARK_LIGHT, width: SELECTED_WIDTH + 2, scale },
      { color: live.color, width: SELECTED_WIDTH, scale },
    ];
    for (const line of lines) strokePath(context, path, line);
  }

  private scratchFor(width: number, height: number): Surface {
    this.scratch ??= this.platform.createBuffer(width, height);
    if (this.scratch.width < width || this.scratch.height < height) {
      this.scratch.resize(Math.max(width, this.scratch.width), Math.max(height, this.scratch.height));
    }
    return this.scratch;
  }
}
