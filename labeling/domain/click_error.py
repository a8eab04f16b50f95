"""How far a team's clicks miss the extreme points of what it accepts in the end."""

import statistics
from collections.abc import Iterable

from labeling.domain import masks
from labeling.domain.points import MIN_POINTS
from labeling.domain.snapshots import SnapshotObject

# From fewer objects nothing is measured.
FEWEST = 25
# What `ml` takes; on images of many megapixels a hand may well miss by more.
MOST = 100.0


def click_error(objects: Iterable[SnapshotObject]) -> float | None:
    """Return how far nine in ten extreme clicks miss at most, in pixels across the edge; None for too few.

    Along an edge that is nearly flat a click may lie anywhere: what counts is the distance from the side of
    the accepted mask's box. Clicks beside it by half its length were meant for something else, and the mask
    was drawn anew.
    """
    misses: list[float] = []
    measured = 0
    for one in objects:
        if len(one.clicks) >= MIN_POINTS and (found := _misses(one)) is not None:
            measured += 1
            misses.extend(found)
    if measured < FEWEST:
        return None
    return min(round(statistics.quantiles(misses, n=10)[-1], 2), MOST)


def _misses(one: SnapshotObject) -> list[float] | None:
    x, y, width, height = masks.bbox(masks.Rle((one.height, one.width), one.mask))
    across = [place[0] for place in one.clicks[:MIN_POINTS]]
    down = [place[1] for place in one.clicks[:MIN_POINTS]]
    sides = (
        (min(across), x),
        (max(across), x + width - 1),
        (min(down), y),
        (max(down), y + height - 1),
    )
    # Anywhere in the outermost pixel is a hit: its centre is what the box names.
    found = [max(abs(clicked - side) - 0.5, 0.0) for clicked, side in sides]
    return found if max(found) <= max(width, height) / 2 else None
