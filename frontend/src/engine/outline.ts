/**
 * The boundary of a mask along the cracks between pixels: closed loops of corners, in corner coordinates (corner
 * (x, y) is the top left corner of pixel (x, y), so pixel centres lie at +0.5). The object is on the right hand of
 * the direction of travel; pixels that touch at a corner only belong to different loops.
 */
import type { Box } from "./geometry";

/** `points` holds x, y, x, y, ...; loop i takes the numbers from starts[i] up to starts[i + 1]. */
export interface Outline {
  readonly points: Int32Array;
  readonly starts: Uint32Array;
}

const STEP_X = [1, 0, -1, 0] as const;
const STEP_Y = [0, 1, 0, -1] as const;
/** From a corner, the pixel ahead on the right hand, by direction (right, down, left, up); y likewise. */
const RIGHT_X = [0, -1, -1, 0] as const;
const RIGHT_Y = [0, 0, -1, -1] as const;
const OBJECT = 1;
const SEEN = 2;

class Tracer {
  private readonly out: number[] = [];
  private readonly starts: number[] = [0];

  /** `pixels` row by row, 1 where the object is; the tracer marks the top edges that it has walked along. */
  constructor(
    private readonly pixels: Uint8Array,
    private readonly width: number,
    private readonly height: number,
  ) {}

  private at(x: number, y: number): number {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return 0;
    return this.pixels[y * this.width + x] ?? 0;
  }

  trace(): Outline {
    const { width, height } = this;
    // Every loop, hole or not, has an edge with the object right below it, so these edges find all loops.
    for (let index = 0; index < width * height; index += 1) {
      if (this.pixels[index] !== OBJECT) continue;
      if (index >= width && this.pixels[index - width] !== 0) continue;
      this.follow(index % width, Math.floor(index / width));
    }
    return { points: Int32Array.from(this.out), starts: Uint32Array.from(this.starts) };
  }

  private follow(startX: number, startY: number): void {
    let x = startX;
    let y = startY;
    let direction = 0;
    do {
      if (direction === 0) this.pixels[y * this.width + x] = OBJECT | SEEN;
      x += STEP_X[direction] ?? 0;
      y += STEP_Y[direction] ?? 0;
      const turned = this.turn(x, y, direction);
      if (turned !== direction) this.out.push(x, y);
      direction = turned;
    } while (x !== startX || y !== startY || direction !== 0);
    this.starts.push(this.out.length);
  }

  /** The direction after corner (x, y): right where the object ends ahead, left where it goes on to the left. */
  private turn(x: number, y: number, direction: number): number {
    if (!this.objectAhead(x, y, direction)) return (direction + 1) & 3;
    const left = (direction + 3) & 3;
    return this.objectAhead(x, y, left) ? left : direction;
  }

  private objectAhead(x: number, y: number, direction: number): boolean {
    return (this.at(x + (RIGHT_X[direction] ?? 0), y + (RIGHT_Y[direction] ?? 0)) & OBJECT) !== 0;
  }
}

/**
 * Traces the pixels of a box, given in cells of `stride` x `stride` image pixels (row by row, 0 or 1; see decodeBox).
 * Overwrites `pixels` with its own marks.
 */
export function traceOutline(pixels: Uint8Array, box: Box, stride = 1): Outline {
  const width = Math.ceil(box.width / stride);
  const { points, starts } = new Tracer(pixels, width, Math.ceil(box.height / stride)).trace();
  for (let index = 0; index < points.length; index += 2) {
    // The last row and column of cells may reach beyond the box.
    points[index] = box.x + Math.min((points[index] ?? 0) * stride, box.width);
    points[index + 1] = box.y + Math.min((points[index + 1] ?? 0) * stride, box.height);
  }
  return { points, starts };
}
