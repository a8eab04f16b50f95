/** What brush, polygon and box show on the overlay. */
import type { Box } from "../geometry";
import { forEachEdge } from "../masks/polygon";
import type { ImagePoint, ScreenPoint } from "../types";
import type { Brush } from "./brush";
import type { PolygonView, RingView, Scene } from "./scene";
import { MARK_DARK, MARK_LIGHT } from "./theme";

const VERTEX = 3.5;
const HELD_VERTEX = 6;
/** More vertices than this in view would hide the object; zooming in shows them. */
const MOST_VERTICES = 400;
const LINES = [
  [MARK_DARK, 3],
  [MARK_LIGHT, 1.5],
] as const;

/** Exactly what a press would paint: the brush stands on whole pixels. */
export function drawRing(brush: Brush, { camera }: Scene, { at, radius }: RingView): void {
  const { x, y } = camera.toScreen(at);
  for (const [color, width] of LINES) brush.ring(x, y, Math.max(radius * camera.scale, 1), color, width);
}

/** From pixel centre to pixel centre, as the points that the model is asked with. */
export function drawBand(brush: Brush, { camera }: Scene, band: Box): void {
  const box = camera.boxOnScreen({ ...band, x: band.x + 0.5, y: band.y + 0.5 });
  for (const [color, width] of LINES) brush.box(box, color, width);
}

function inView(scene: Scene, { x, y }: ScreenPoint): boolean {
  const { width, height } = scene.camera.viewSize;
  return x >= -HELD_VERTEX && y >= -HELD_VERTEX && x <= width + HELD_VERTEX && y <= height + HELD_VERTEX;
}

function drawVertex(brush: Brush, { x, y }: ScreenPoint, size: number, color: string): void {
  const corners = [
    [x - size, y - size],
    [x + size, y - size],
    [x + size, y + size],
    [x - size, y + size],
  ] as const;
  brush.badge(corners, color, MARK_LIGHT, MARK_DARK);
}

function edgesOf({ rings, closed }: PolygonView, pointer: ImagePoint | null): (readonly [ImagePoint, ImagePoint])[] {
  const edges: (readonly [ImagePoint, ImagePoint])[] = [];
  for (const ring of rings) {
    forEachEdge(ring, (a, b, index) => {
      if (closed || index < ring.length - 1) edges.push([a, b]);
    });
    const last = ring.at(-1);
    if (!closed && last !== undefined && pointer !== null) edges.push([last, pointer]);
  }
  return edges;
}

export function drawPolygon(brush: Brush, scene: Scene, polygon: PolygonView): void {
  const { camera, palette } = scene;
  const edges = edgesOf(polygon, scene.crosshair)
    .map(([a, b]) => [camera.toScreen(a), camera.toScreen(b)] as const)
    .filter(([a, b]) => inView(scene, a) || inView(scene, b) || !polygon.closed);
  if (!polygon.closed || polygon.held !== null || edges.length <= MOST_VERTICES) {
    for (const [color, width] of LINES) for (const [a, b] of edges) brush.line(a.x, a.y, b.x, b.y, color, width);
  }
  const vertices = polygon.rings.flat().map((point) => camera.toScreen(point)).filter((at) => inView(scene, at));
  if (vertices.length <= MOST_VERTICES) for (const at of vertices) drawVertex(brush, at, VERTEX, palette.accent);
  if (polygon.held !== null) drawVertex(brush, camera.toScreen(polygon.held), HELD_VERTEX, palette.accent);
}
