/** A mask's boundary as an SVG path in image points: for what lies over the canvas. */
import { traceOutline } from "./outline";
import { boxOf, decodeBox, decodeRuns, RleError } from "./rle";
import type { Rle } from "./types";

/** Finer than this many cells across nobody can see, and long paths are slow. */
const MOST_CELLS = 512;

const known = new WeakMap<Rle, string>();

/** Empty for a mask that is empty or cannot be read. */
export function outlinePath(mask: Rle): string {
  const before = known.get(mask);
  if (before !== undefined) return before;
  const path = pathOf(mask);
  known.set(mask, path);
  return path;
}

function pathOf(mask: Rle): string {
  try {
    const runs = decodeRuns(mask);
    const box = boxOf(runs);
    if (box === null) return "";
    const stride = Math.max(1, Math.ceil(Math.max(box.width, box.height) / MOST_CELLS));
    const { points, starts } = traceOutline(decodeBox(runs, box, stride), box, stride);
    let path = "";
    for (let loop = 0; loop + 1 < starts.length; loop += 1) {
      const corners: string[] = [];
      for (let at = starts[loop] ?? 0; at < (starts[loop + 1] ?? 0); at += 2) {
        // Corners lie half a pixel before the centres that points are measured from.
        corners.push(`${(points[at] ?? 0) - 0.5} ${(points[at + 1] ?? 0) - 0.5}`);
      }
      path += `M${corners.join("L")}Z`;
    }
    return path;
  } catch (error) {
    if (error instanceof RleError) return "";
    throw error;
  }
}
