"""From points to what a graph cut may take for sure."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.predictor import EXTREME_POINTS, Image, Mask, Points
from ml.runtimes.frame import Frame
from ml.runtimes.outline import arcs, edge_paths, fill

# Deeper in the first outline than this share of its depth is object for sure.
CORE_DEPTH = 0.07
# Around a correction both sides of the outline are sure, this share of the points' extent far.
CORRECTION_REACH = 0.03
LEAST_REACH = 2
# The outline itself may be wrong by this many cells.
SLACK = 1.5

Cells = NDArray[np.int64]
Trimap = NDArray[np.uint8]
Depth = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """What is known before the cut, each (rows, columns) of the working copy, but for the points.

    `cells` are the points, (N, 2) xy. `region` is what the edges' outline through all of them encloses and
    `depth` how many cells deep in it; `plain` is what it encloses without the corrections; `rounded` is what
    arcs through the extreme points enclose; `box` is that of the points.
    """

    cells: Cells
    region: Mask
    depth: Depth
    plain: Mask
    rounded: Mask
    box: Mask

    @property
    def corrections(self) -> Cells:
        """The points behind the four extreme ones, (N - 4, 2) xy."""
        return self.cells[EXTREME_POINTS:]

    @property
    def reach(self) -> int:
        """How many cells around a correction are sure."""
        return max(LEAST_REACH, round(CORRECTION_REACH * int(np.ptp(self.cells, axis=0).max())))


def guess_from(frame: Frame, small: Image, points: Points) -> Guess:
    """Return the first guess from points, (N, 2) xy in image pixels, on the working copy `small`."""
    size = (frame.rows, frame.columns)
    cells = frame.cells(points)
    plain, corrected = edge_paths(small, cells[:EXTREME_POINTS], cells[EXTREME_POINTS:])
    region = fill(corrected, size)
    return Guess(
        cells=cells,
        region=region,
        depth=depth_in(region),
        plain=fill(plain, size),
        rounded=fill(arcs(frame.to_frame(points)[:EXTREME_POINTS]), size),
        box=frame.box_in_frame(cells),
    )


def depth_in(region: Mask) -> Depth:
    """Return how many cells deep in a region each cell lies; the picture's edge bounds a region as well."""
    padded = np.pad(region, 1).astype(np.uint8)
    return cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1].astype(np.float32)


def trimap_from(guess: Guess, *, insist: bool) -> Trimap:
    """Return OpenCV's four kinds of cells, (rows, columns) uint8.

    With `insist` everything that the corrections took from the plain outline, or added to it, is sure.
    """
    trimap = np.full(guess.region.shape, cv2.GC_BGD, np.uint8)
    trimap[guess.box] = cv2.GC_PR_BGD
    trimap[guess.region] = cv2.GC_PR_FGD
    trimap[guess.depth > max(CORE_DEPTH * float(guess.depth.max()), 1)] = cv2.GC_FGD
    if len(guess.corrections):
        told = _around(guess.corrections, guess.reach, trimap.shape)
        if insist:
            told |= guess.region != guess.plain
        trimap[told & (guess.depth > SLACK)] = cv2.GC_FGD
        trimap[told & (depth_in(~guess.region) > SLACK)] = cv2.GC_BGD
    trimap[guess.cells[:, 1], guess.cells[:, 0]] = cv2.GC_FGD
    return trimap


def _around(cells: Cells, reach: int, size: tuple[int, ...]) -> Mask:
    near = np.zeros(size, np.uint8)
    for x, y in cells.tolist():
        cv2.circle(near, (x, y), reach, 1, thickness=-1)
    return near.astype(np.bool_)
