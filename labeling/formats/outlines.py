"""Outlines of masks along the edges of their pixels: exact, with holes, in the coordinates of pixel edges."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Corner = tuple[int, int]
# Corners of a closed line, x right and y down; the first one is not repeated.
Ring: TypeAlias = list[Corner]


def rings(mask: Mask) -> list[tuple[Ring, list[Ring]]]:
    """Return each part of a mask, (H, W), as its outer ring and the rings of its holes.

    Parts hang together through the edges of pixels; x runs from 0 to W and y from 0 to H. Outer rings run
    clockwise as seen on a screen, holes the other way: filling by winding or by parity gives the mask.
    """
    outer: list[Ring] = []
    holes: list[Ring] = []
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return []
    # Most objects are small beside their image.
    top, left = int(rows[0]), int(columns[0])
    box = mask[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
    for ring in _closed(box):
        placed = [(x + left, y + top) for x, y in ring]
        (outer if _area(placed) > 0 else holes).append(placed)
    parts: list[tuple[Ring, list[Ring]]] = [(ring, []) for ring in outer]
    for hole in holes:
        _owner(parts, hole)[1].append(hole)
    return parts


def _owner(parts: list[tuple[Ring, list[Ring]]], hole: Ring) -> tuple[Ring, list[Ring]]:
    """Return the smallest part round a hole."""
    if len(parts) == 1:
        return parts[0]
    # A point just inside the object beside the hole's first edge lies in the part, never in another's hole.
    (x0, y0), (x1, y1) = hole[0], hole[1]
    length = max(abs(x1 - x0), abs(y1 - y0))
    across, down = (x1 - x0) / length, (y1 - y0) / length
    point = (x0 + 0.5 * across - 0.5 * down, y0 + 0.5 * down + 0.5 * across)
    around = [part for part in parts if _contains(part[0], point)]
    return min(around, key=lambda part: abs(_area(part[0])))


def _contains(ring: Ring, point: tuple[float, float]) -> bool:
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
    return inside


def _area(ring: Ring) -> int:
    """Return a ring's area in pixels, negative where it runs anticlockwise; all its lines are straight."""
    # Each horizontal line adds what lies between it and the upper border, or takes it away.
    return sum((x0 - x1) * y0 for (x0, y0), (x1, _) in zip(ring, [*ring[1:], ring[0]], strict=True))


# The ways that a boundary goes from a corner of pixels, or comes to it.
RIGHT, LEFT, DOWN, UP = range(4)


def _closed(mask: Mask) -> list[Ring]:
    """Return all rings, the object on the right hand of each as one walks along it.

    Each begins with its uppermost corner, of these the leftmost.
    """
    ys, xs, comes, goes = _turns(mask)
    nexts = np.empty(len(ys), np.int64)
    # Along each row of corners, and along each column, the ends of straight lines follow each other in pairs.
    for line, place, ways in ((ys, xs, (RIGHT, LEFT)), (xs, ys, (DOWN, UP))):
        onward, back = ways
        # A line lies ahead of a corner that one leaves forwards, or comes to backwards.
        used = np.flatnonzero(np.isin(goes, ways) | np.isin(comes, ways))
        ahead = (goes[used] == onward) | (comes[used] == back)
        ends = used[np.lexsort((ahead, place[used], line[used]))].reshape(-1, 2)
        forwards = goes[ends[:, 0]] == onward
        nexts[ends[forwards, 0]] = ends[forwards, 1]
        nexts[ends[~forwards, 1]] = ends[~forwards, 0]
    return _followed(nexts.tolist(), list(zip(xs.tolist(), ys.tolist(), strict=True)))


def _followed(nexts: list[int], corners: list[Corner]) -> list[Ring]:
    seen = bytearray(len(nexts))
    found: list[Ring] = []
    for start in range(len(nexts)):
        if seen[start]:
            continue
        ring, here = [], start
        while not seen[here]:
            seen[here] = 1
            ring.append(corners[here])
            here = nexts[here]
        found.append(ring)
    return found


Turns: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8], NDArray[np.int8]]


def _turns(mask: Mask) -> Turns:
    """Return where boundaries turn, row by row: y, x, the way one comes there, and the way one goes on.

    Where two pixels touch at a corner, two boundaries turn, each round its own pixel: that keeps them apart.
    """
    framed = np.pad(mask, 1).astype(np.int8)
    around = framed[:-1, :-1] + 2 * framed[:-1, 1:] + 4 * framed[1:, :-1] + 8 * framed[1:, 1:]
    ys, xs = np.nonzero(TURNS[around] > 0)
    kinds = around[ys, xs]
    times = TURNS[kinds]
    second = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    kinds = np.repeat(kinds, times)
    return np.repeat(ys, times), np.repeat(xs, times), COMES[kinds, second], GOES[kinds, second]


def _tables() -> tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.int8]]:
    """Return for each of the 16 neighbourhoods how often a boundary turns there, and each time its two ways.

    Bits 0 to 3 are the pixels to the upper left, upper right, lower left and lower right of a corner.
    """
    turns = np.zeros(16, np.int64)
    comes, goes = np.full((16, 2), -1, np.int8), np.full((16, 2), -1, np.int8)
    for kind in range(16):
        upper_left, upper_right, lower_left, lower_right = (bool(kind >> bit & 1) for bit in range(4))
        # The object below a line is walked to the right, the object to the left of one downwards.
        out = [
            *([RIGHT] if lower_right and not upper_right else []),
            *([LEFT] if upper_left and not lower_left else []),
            *([DOWN] if lower_left and not lower_right else []),
            *([UP] if upper_right and not upper_left else []),
        ]
        into = [
            *([RIGHT] if lower_left and not upper_left else []),
            *([LEFT] if upper_right and not lower_right else []),
            *([DOWN] if upper_left and not upper_right else []),
            *([UP] if lower_right and not lower_left else []),
        ]
        # With two ways in and out, one turns to the right from each.
        to_the_right = {RIGHT: DOWN, DOWN: LEFT, LEFT: UP, UP: RIGHT}
        for way in into:
            on = out[0] if len(out) == 1 else to_the_right[way]
            if on != way:
                comes[kind, turns[kind]], goes[kind, turns[kind]] = way, on
                turns[kind] += 1
    return turns, comes, goes


TURNS, COMES, GOES = _tables()
