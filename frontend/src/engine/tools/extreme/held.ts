/** The point that is being moved, by pointer or keyboard, shown where it would land. */
import { compassRoles } from "../../geometry";
import type { ImagePoint, StatusPoint } from "../../types";
import type { Draft } from "./draft";

export interface Held {
  readonly draft: Draft;
  readonly index: number;
  readonly point: ImagePoint;
}

/** The points of a draft with their roles, the held one at its new place. */
export function pointsOf(draft: Draft, held: Held | null): readonly StatusPoint[] {
  const points = draft.points.map(({ point }, index) =>
    held !== null && held.draft === draft && held.index === index ? held.point : point,
  );
  const roles = compassRoles(points);
  return points.map((point, index) => ({ point, role: roles[index] ?? "unknown" }));
}

export function hasMoved(held: Held): boolean {
  const from = held.draft.points[held.index]?.point;
  return from !== undefined && (from.x !== held.point.x || from.y !== held.point.y);
}
