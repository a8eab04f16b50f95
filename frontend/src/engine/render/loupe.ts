/** A magnifier beside the pointer. */
import { clamp, screenPoint } from "../geometry";
import type { ImagePoint, ScreenPoint } from "../types";
import type { Brush } from "./brush";
import type { Scene } from "./scene";
import { MARK_DARK, MARK_LIGHT } from "./theme";
import { drawTiles } from "./tileDrawing";

const RADIUS = 56;
const AWAY = 28;
/** At this zoom pixels can be seen well enough without a loupe. */
const NEEDED_BELOW = 6;
const TIMES = 4;

/** Up and to the right of the pointer, or on another side where that would leave the view. */
function middleOf(at: ScreenPoint, width: number): ScreenPoint {
  const step = AWAY + RADIUS;
  const x = at.x + step + RADIUS > width ? at.x - step : at.x + step;
  const y = at.y - step - RADIUS < 0 ? at.y + step : at.y - step;
  return screenPoint(x, y);
}

export function drawLoupe(brush: Brush, scene: Scene, point: ImagePoint): void {
  const { camera, picture, palette, pictureFilter } = scene;
  if (picture === null || camera.scale >= NEEDED_BELOW) return;
  const { context } = brush;
  const scale = camera.scale * TIMES;
  const middle = middleOf(camera.toScreen(point), camera.viewSize.width);
  context.save();
  context.beginPath();
  context.arc(middle.x, middle.y, RADIUS, 0, 2 * Math.PI);
  context.clip();
  context.fillStyle = palette.ground;
  context.fillRect(middle.x - RADIUS, middle.y - RADIUS, 2 * RADIUS, 2 * RADIUS);
  const reach = RADIUS / scale;
  const left = clamp(Math.floor(point.x + 0.5 - reach), 0, picture.width);
  const top = clamp(Math.floor(point.y + 0.5 - reach), 0, picture.height);
  const width = clamp(Math.ceil(point.x + 0.5 + reach), 0, picture.width) - left;
  const height = clamp(Math.ceil(point.y + 0.5 + reach), 0, picture.height) - top;
  if (width > 0 && height > 0) {
    const [a, b, c, d] = camera.matrix;
    context.transform(a * TIMES, b * TIMES, c * TIMES, d * TIMES, middle.x, middle.y);
    context.imageSmoothingEnabled = scale < 2;
    context.filter = pictureFilter;
    const x = left - point.x - 0.5;
    const y = top - point.y - 0.5;
    const { tiled } = picture;
    if (tiled === undefined) context.drawImage(picture.source, left, top, width, height, x, y, width, height);
    else {
      context.transform(1, 0, 0, 1, x - left, y - top);
      const part = { x: left, y: top, width, height };
      drawTiles(context, { ...picture, tiled }, { part, scale: scale * scene.pixelRatio, reader: "loupe" });
    }
  }
  context.restore();
  drawReticle(brush, middle);
}

function drawReticle(brush: Brush, { x, y }: ScreenPoint): void {
  for (const [color, width] of [
    [MARK_DARK, 3],
    [MARK_LIGHT, 1],
  ] as const) {
    brush.line(x - 14, y, x - 4, y, color, width);
    brush.line(x + 4, y, x + 14, y, color, width);
    brush.line(x, y - 14, x, y - 4, color, width);
    brush.line(x, y + 4, x, y + 14, color, width);
  }
  brush.ring(x, y, RADIUS, MARK_DARK, 4);
  brush.ring(x, y, RADIUS, MARK_LIGHT, 2);
}
