/** The marks of clicked points: what each one is can be seen without colour, by its shape. */
import type { ScreenPoint, StatusPoint } from "../types";
import type { Brush } from "./brush";
import { MARK_DARK, MARK_LIGHT } from "./theme";

type Corners = readonly (readonly [x: number, y: number])[];

const SIZE = 6;
/** A tip that points to the left; its corner (0, 0) is the clicked point. The other three are turned from it. */
const TIP: Corners = [
  [0, 0],
  [-2.1 * SIZE, -SIZE],
  [-2.1 * SIZE, SIZE],
];

/** Quarter turns clockwise from the tip of the left point, whose mark lies to the left of it and points at it. */
const QUARTERS = { left: 0, top: 1, right: 2, bottom: 3 } as const;

function turned(corners: Corners, quarters: number): Corners {
  let now = corners;
  for (let turn = 0; turn < quarters; turn += 1) now = now.map(([x, y]) => [-y, x] as const);
  return now;
}

export interface Mark {
  readonly role: StatusPoint["role"];
  readonly color: string;
  readonly held: boolean;
  /** Quarter turns of the image. */
  readonly turn: number;
}

function shapeOf({ role, turn }: Mark): Corners | null {
  if (role === "unknown") return null;
  if (role !== "correction") return turned(TIP, (QUARTERS[role] + turn) % 4);
  return [
    [0, -SIZE],
    [SIZE, 0],
    [0, SIZE],
    [-SIZE, 0],
  ];
}

/** Extreme points are arrow heads that point at the object from their side, corrections are diamonds. */
export function drawMark(brush: Brush, at: ScreenPoint, mark: Mark): void {
  const { color, held } = mark;
  const corners = shapeOf(mark);
  if (corners === null) {
    brush.ring(at.x, at.y, SIZE, MARK_DARK, 4);
    brush.ring(at.x, at.y, SIZE, MARK_LIGHT, 2);
    brush.ring(at.x, at.y, 1, MARK_DARK, 4);
    brush.ring(at.x, at.y, 1, color, 2);
  } else {
    const placed = corners.map(([x, y]) => [at.x + x, at.y + y] as const);
    brush.badge(placed, color, MARK_LIGHT, MARK_DARK);
  }
  if (!held) return;
  brush.ring(at.x, at.y, 12, MARK_DARK, 4);
  brush.ring(at.x, at.y, 12, MARK_LIGHT, 2);
}
