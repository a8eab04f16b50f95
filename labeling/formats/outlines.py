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
    for ring in _closed(mask):
        (outer if _area(ring) > 0 else holes).append(ring)
    parts: list[tuple[Ring, list[Ring]]] = [(ring, []) for ring in outer]
    for hole in holes:
        _owner(parts, hole)[1].append(hole)
    return parts


def _owner(parts: list[tuple[Ring, list[Ring]]], hole: Ring) -> tuple[Ring, list[Ring]]:
    """Return the smallest part round a hole."""
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


def _area(ring: Ring) -> float:
    points = np.asarray(ring, np.float64)
    x, y = points[:, 0], points[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def _closed(mask: Mask) -> list[Ring]:
    """Return all rings, the object on the right hand of each as one walks along it."""
    nexts = _edges(mask)
    found: list[Ring] = []
    while nexts:
        start = next(iter(nexts))
        first = _taken(nexts, start, 0)
        ring, here = [start], first
        while True:
            ways = nexts.get(here, [])
            # Back at the start the first step may be the next one again; then the ring is closed.
            known = [*ways, first] if here == start else ways
            # Where two pixels touch at a corner there are two ways. Turning right keeps them apart.
            came = _direction(ring[-1], here)
            turns = [_turn(came, _direction(here, way)) for way in known]
            at = turns.index(max(turns))
            if at == len(ways):
                break
            ring.append(here)
            here = _taken(nexts, here, at)
        found.append(_straightened(ring))
    return found


def _taken(nexts: dict[Corner, list[Corner]], here: Corner, at: int) -> Corner:
    """Return a way on from a corner, which nobody takes again."""
    ways = nexts[here]
    way = ways.pop(at)
    if not ways:
        del nexts[here]
    return way


def _direction(here: Corner, there: Corner) -> Corner:
    return (there[0] > here[0]) - (there[0] < here[0]), (there[1] > here[1]) - (there[1] < here[1])


def _turn(came: Corner, going: Corner) -> int:
    """Return 1 for a turn to the right on a screen, -1 to the left, 0 for straight on."""
    return came[0] * going[1] - came[1] * going[0]


def _edges(mask: Mask) -> dict[Corner, list[Corner]]:
    """Return where one can go from each corner: along pixels' edges with the object on the right."""
    framed = np.pad(mask.astype(np.int8), 1)
    nexts: dict[Corner, list[Corner]] = {}
    # Between rows: the object below is walked to the right, the object above to the left.
    steps = framed[1:, 1:-1] - framed[:-1, 1:-1]
    for y, x in np.argwhere(steps > 0).tolist():
        nexts.setdefault((x, y), []).append((x + 1, y))
    for y, x in np.argwhere(steps < 0).tolist():
        nexts.setdefault((x + 1, y), []).append((x, y))
    # Between columns: the object at the right is walked upwards, the one at the left downwards.
    steps = framed[1:-1, 1:] - framed[1:-1, :-1]
    for y, x in np.argwhere(steps > 0).tolist():
        nexts.setdefault((x, y + 1), []).append((x, y))
    for y, x in np.argwhere(steps < 0).tolist():
        nexts.setdefault((x, y), []).append((x, y + 1))
    return nexts


def _straightened(ring: Ring) -> Ring:
    """Return the ring without corners at which it goes straight on."""
    kept = [
        here
        for before, here, after in zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True)
        if _direction(before, here) != _direction(here, after)
    ]
    first = kept.index(min(kept, key=lambda corner: (corner[1], corner[0])))
    return [*kept[first:], *kept[:first]]
