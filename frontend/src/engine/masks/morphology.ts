/**
 * Growing, shrinking and smoothing. With 4 neighbours a step reaches the pixels that share an edge, with 8 also those
 * that share a corner. Beyond the image there is nothing to grow into, and nothing that eats away: shrinking leaves
 * what lies on the image's border there, because the object may well go on behind it.
 */
import type { Box } from "../geometry";
import { padded, trimmed, type Bitmap } from "./bitmap";
import type { Neighbourhood } from "./parts";

/** One step; `value` is what spreads: 1 grows the object, 0 the background. */
function spread({ box, bits, image }: Bitmap, value: 0 | 1, neighbours: Neighbourhood): Bitmap {
  const { width, height } = box;
  const result = bits.slice();
  const beyond = outsideOf(box, image);
  const at = (x: number, y: number): boolean => {
    if (x < 0) return value === 0 && beyond.left;
    if (y < 0) return value === 0 && beyond.top;
    if (x >= width) return value === 0 && beyond.right;
    if (y >= height) return value === 0 && beyond.bottom;
    return bits[y * width + x] === value;
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (bits[y * width + x] === value) continue;
      const straight = at(x - 1, y) || at(x + 1, y) || at(x, y - 1) || at(x, y + 1);
      const reached =
        straight ||
        (neighbours === 8 && (at(x - 1, y - 1) || at(x + 1, y - 1) || at(x - 1, y + 1) || at(x + 1, y + 1)));
      if (reached) result[y * width + x] = value;
    }
  }
  return { image, box, bits: result };
}

/** On which sides of the box there is background of the image. */
function outsideOf(box: Box, image: { width: number; height: number }) {
  return {
    left: box.x > 0,
    top: box.y > 0,
    right: box.x + box.width < image.width,
    bottom: box.y + box.height < image.height,
  };
}

/** One pixel more on every side, within the image. */
export function growMask(bitmap: Bitmap, neighbours: Neighbourhood = 4): Bitmap {
  return trimmed(spread(padded(bitmap, 1), 1, neighbours));
}

/** One pixel less on every side, except at the image's border. */
export function shrinkMask(bitmap: Bitmap, neighbours: Neighbourhood = 4): Bitmap {
  return trimmed(spread(bitmap, 0, neighbours));
}

/** Sums over all boxes from the upper left corner: (height + 1) * (width + 1) numbers. */
function summed({ box, bits }: Bitmap): Float64Array {
  const across = box.width + 1;
  const sums = new Float64Array(across * (box.height + 1));
  for (let y = 0; y < box.height; y += 1) {
    let row = 0;
    for (let x = 0; x < box.width; x += 1) {
      row += bits[y * box.width + x] ?? 0;
      sums[(y + 1) * across + x + 1] = (sums[y * across + x + 1] ?? 0) + row;
    }
  }
  return sums;
}

/**
 * A majority vote: a pixel belongs to the smoothed object when more than half of the square of side 2 * radius + 1
 * around it (as far as it lies in the image) does; an exact half leaves it as it was. The cost does not depend on the
 * radius.
 */
export function smoothMask(bitmap: Bitmap, radius: number): Bitmap {
  if (radius < 1) return bitmap;
  const wide = padded(bitmap, radius);
  const { box, image, bits } = wide;
  const sums = summed(wide);
  const across = box.width + 1;
  const result = new Uint8Array(bits.length);
  for (let y = 0; y < box.height; y += 1) {
    const top = Math.max(y - radius, 0);
    const bottom = Math.min(y + radius + 1, box.height);
    const rows = Math.min(box.y + y + radius + 1, image.height) - Math.max(box.y + y - radius, 0);
    for (let x = 0; x < box.width; x += 1) {
      const left = Math.max(x - radius, 0);
      const right = Math.min(x + radius + 1, box.width);
      const columns = Math.min(box.x + x + radius + 1, image.width) - Math.max(box.x + x - radius, 0);
      const set =
        (sums[bottom * across + right] ?? 0) -
        (sums[top * across + right] ?? 0) -
        (sums[bottom * across + left] ?? 0) +
        (sums[top * across + left] ?? 0);
      const twice = 2 * set - rows * columns;
      result[y * box.width + x] = twice === 0 ? (bits[y * box.width + x] ?? 0) : twice > 0 ? 1 : 0;
    }
  }
  return trimmed({ image, box, bits: result });
}
