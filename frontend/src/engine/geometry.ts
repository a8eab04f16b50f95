/** Points, boxes and the compass roles of four extreme points. */
import type { ImagePoint, PointRole, ScreenPoint } from "./types";

/** Image pixels; integers are pixel centres. */
export function imagePoint(x: number, y: number): ImagePoint {
  return { x, y } as ImagePoint;
}

/** CSS pixels from the host's top left corner. */
export function screenPoint(x: number, y: number): ScreenPoint {
  return { x, y } as ScreenPoint;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** Euclidean; both points must live in the same space, which the type parameter holds to. */
export function distance<P extends ImagePoint | ScreenPoint>(a: P, b: P): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The nearest point whose pixel is in the image: x in [0, width - 1], y in [0, height - 1]. */
export function clampToImage(point: ImagePoint, image: Size): ImagePoint {
  return imagePoint(clamp(point.x, 0, image.width - 1), clamp(point.y, 0, image.height - 1));
}

/** True when the point lies on some pixel of the image. */
export function insideImage(point: ImagePoint, image: Size): boolean {
  return point.x >= -0.5 && point.y >= -0.5 && point.x < image.width - 0.5 && point.y < image.height - 0.5;
}

/** The smallest box around the points; null without points. */
export function boundsOf(points: readonly { readonly x: number; readonly y: number }[]): Box | null {
  if (points.length === 0) return null;
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

export function grow(box: Box, margin: number): Box {
  return {
    x: box.x - margin,
    y: box.y - margin,
    width: box.width + 2 * margin,
    height: box.height + 2 * margin,
  };
}

export function boxContains(box: Box, point: { readonly x: number; readonly y: number }): boolean {
  return point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height;
}

export function boxesMeet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

const COMPASS: readonly PointRole[] = ["left", "top", "right", "bottom"];

/** How badly a point fits a role; the sum over four points is least for the best assignment. */
function misfit(point: { readonly x: number; readonly y: number }, role: PointRole): number {
  if (role === "left") return point.x;
  if (role === "right") return -point.x;
  return role === "top" ? point.y : -point.y;
}

function permutations(items: readonly PointRole[]): readonly PointRole[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

const ASSIGNMENTS = permutations(COMPASS);

/**
 * One role for each point. Before the fourth point nothing is certain, so all are "unknown"; the first four points
 * then share left, top, right and bottom so that together they fit best; all later ones are corrections.
 */
export function compassRoles(points: readonly { readonly x: number; readonly y: number }[]): readonly PointRole[] {
  const extremes = points.slice(0, 4);
  if (extremes.length < 4) return points.map(() => "unknown");
  let best: readonly PointRole[] = COMPASS;
  let least = Infinity;
  for (const roles of ASSIGNMENTS) {
    const total = extremes.reduce((sum, point, index) => sum + misfit(point, roles[index] ?? "unknown"), 0);
    if (total < least) {
      least = total;
      best = roles;
    }
  }
  return points.map((_, index) => best[index] ?? "correction");
}
