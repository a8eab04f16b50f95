"""Shapes to masks: what a reader found, as run lengths of an image whose size is known."""

from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

from labeling.domain import masks
from labeling.domain.errors import Refused
from labeling.formats.opened import Malformed
from labeling.formats.records import Outline, Parts, Patch, Point, Runs, Shape

Mask = NDArray[np.bool_]
Rings = list[list[Point]]
# Longer outlines than this, in pixels, are no objects, and readers take memory by the length.
MOST_LENGTH = 2_000_000


def run_lengths(shape: Shape, height: int, width: int) -> masks.Rle:
    """Return a shape's mask of an image of that size in pixels.

    Raises `Malformed` where it is of another image's size, without a pixel, or none at all.
    """
    try:
        if isinstance(shape, Runs):
            return masks.validate((shape.height, shape.width), shape.counts, (height, width))
        if isinstance(shape, Outline):
            return _of_outline(shape, height, width)
        return masks.encode(pixels(shape, height, width))
    except Refused as error:
        raise Malformed(f"cannot be used. {error.message.rstrip('.')}") from error


def pixels(shape: Shape, height: int, width: int) -> Mask:
    """Return a shape's mask, (H, W). Raises `Malformed` and `masks.MaskInvalid`."""
    if isinstance(shape, Parts):
        return reduce(np.logical_or, (pixels(part, height, width) for part in shape.parts))
    if isinstance(shape, Patch):
        return _pasted(shape, height, width)
    if isinstance(shape, Runs):
        return masks.decode(masks.validate((shape.height, shape.width), shape.counts, (height, width)))
    return masks.decode(_of_outline(shape, height, width))


def _of_outline(shape: Outline, height: int, width: int) -> masks.Rle:
    across, down = (width, height) if shape.relative else (1, 1)
    rings = [[(x * across, y * down) for x, y in ring] for ring in shape.rings]
    _ensure_of_an_image(rings, height, width)
    if shape.rule == "coco":
        flat = [[value for point in ring for value in point] for ring in rings]
        united = coco.merge(coco.frPyObjects(flat, height, width))
        return masks.validate(united["size"], united["counts"].decode(), (height, width))
    # The cost follows the object's box and not the image.
    corners = np.array([point for ring in rings for point in ring], float)
    left, top = np.floor(corners.min(axis=0)).clip(0, (width, height)).astype(int).tolist()
    right, bottom = np.ceil(corners.max(axis=0)).clip(0, (width, height)).astype(int).tolist()
    moved = [[(x - left, y - top) for x, y in ring] for ring in rings]
    local = filled(moved, bottom - top, right - left, winding=shape.rule == "winding")
    return masks.encode_crop(local, (left, top), (height, width))


def filled(rings: Rings, height: int, width: int, *, winding: bool = False) -> Mask:
    """Return what rings surround, (H, W): a pixel belongs to it when its centre does.

    That is what an odd number of them surrounds; with `winding` also what several go round the same way.
    `rings` are closed lines of (x, y) along the edges of pixels, (0, 0) the upper left corner.
    """
    starts = np.array([point for ring in rings for point in ring], float).reshape(-1, 2)
    ends = np.array([point for ring in rings for point in [*ring[1:], ring[0]]], float).reshape(-1, 2)
    # Taken from above to below, a line that is gone and come back crosses a row at the same place twice.
    down = (ends[:, 1] > starts[:, 1])[:, None]
    upper, lower = np.where(down, starts, ends), np.where(down, ends, starts)
    # The rows whose centres lie between the two ends of a line, and where it crosses each of them.
    first = np.ceil(upper[:, 1] - 0.5).clip(0, height).astype(int)
    times = np.ceil(lower[:, 1] - 0.5).clip(0, height).astype(int) - first
    rows = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times - first, times)
    (x0, y0), (x1, y1) = (np.repeat(side, times, axis=0).T for side in (upper, lower))
    crossing = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
    columns = np.ceil(crossing - 0.5).clip(0, width).astype(int)
    turns = np.zeros((height, width + 1), np.int32)
    np.add.at(turns, (rows, columns), np.repeat(np.where(down[:, 0], 1, -1), times) if winding else 1)
    around = np.cumsum(turns, axis=1, dtype=np.int32)[:, :-1]
    return np.asarray(around if winding else around & 1, dtype=bool)


def _pasted(patch: Patch, height: int, width: int) -> Mask:
    local = masks.decode(masks.Rle((patch.runs.height, patch.runs.width), patch.runs.counts))
    right, bottom = patch.x + patch.runs.width, patch.y + patch.runs.height
    if min(patch.x, patch.y) < 0 or right > width or bottom > height:
        raise Malformed(f"lies outside of its image, which has {width} x {height} pixels")
    found = np.zeros((height, width), bool)
    found[patch.y : bottom, patch.x : right] = local
    return found


def _ensure_of_an_image(rings: Rings, height: int, width: int) -> None:
    """Raise `Malformed` for outlines that lead far out of their image, or are endless."""
    length = 0.0
    for ring in rings:
        for x, y in ring:
            if not (-width <= x <= 2 * width and -height <= y <= 2 * height):
                raise Malformed(f"leads far out of its image, which has {width} x {height} pixels")
        length += sum(max(abs(x1 - x0), abs(y1 - y0)) for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]]))
    if length > MOST_LENGTH:
        raise Malformed(f"has an outline of {length:,.0f} pixels, where {MOST_LENGTH:,} are the most")
