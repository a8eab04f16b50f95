"""A first guess of an object's outline from points on it."""

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.predictor import Image, Mask, Points

Cells = NDArray[np.int64]
Number = TypeVar("Number", np.int64, np.float64)

ARC_STEPS = 24
# Where strong edges are (Canny's two thresholds) counts most; found on 260 photographs.
EDGE_THRESHOLDS = (24, 80)
WEIGHT_OF_EDGES = 0.6
WEIGHT_OF_DIRECTION = 0.2
WEIGHT_OF_STRENGTH = 0.2
# A rectangle thinner than this holds no path worth searching.
THINNEST = 4


def around_in_order(points: NDArray[Number]) -> NDArray[Number]:
    """Return the left, top, right and bottom one of four points, (4, 2): the order around the object."""
    x, y = points[:, 0], points[:, 1]
    return points[[x.argmin(), y.argmin(), x.argmax(), y.argmax()]]


def arcs(points: Points) -> Points:
    """Return an outline, (M, 2) xy, of quarter ellipses between four extreme points, (4, 2) xy.

    At each point it runs along the side of the points' box, as an object's outline does there.
    """
    left, top, right, bottom = around_in_order(points)
    angle = np.linspace(0, np.pi / 2, ARC_STEPS)
    fall, rise = np.cos(angle), np.sin(angle)
    quarters = [
        (top[0] - (top[0] - left[0]) * fall, left[1] - (left[1] - top[1]) * rise),
        (top[0] + (right[0] - top[0]) * rise, right[1] - (right[1] - top[1]) * fall),
        (bottom[0] + (right[0] - bottom[0]) * fall, right[1] + (bottom[1] - right[1]) * rise),
        (bottom[0] - (bottom[0] - left[0]) * rise, left[1] + (bottom[1] - left[1]) * fall),
    ]
    return np.concatenate([np.stack(quarter, axis=1) for quarter in quarters])


def edge_paths(small: Image, extremes: Cells, corrections: Cells) -> tuple[Cells, Cells]:
    """Return two closed outlines along edges, (M, 2) xy cells: through the extremes, and through all points.

    Between neighbouring points the cheapest way along strong edges is taken, within the rectangle that the
    two span. A correction is put into the stretch that passes closest to it.
    """
    turned = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    blurred = cv2.GaussianBlur(turned, (0, 0), 1).astype(np.uint8, copy=False)
    corners = list(around_in_order(extremes))
    stretches = [
        _stretch(blurred, start, end) for start, end in zip(corners, corners[1:] + corners[:1], strict=True)
    ]
    plain = np.concatenate(stretches)
    for point in corrections:
        distances = [float(np.hypot(*(stretch - point).T).min()) for stretch in stretches]
        index = int(np.argmin(distances))
        start, end = stretches[index][0], stretches[index][-1]
        stretches[index : index + 1] = [_stretch(blurred, start, point), _stretch(blurred, point, end)]
    return plain, np.concatenate(stretches)


def fill(outline: Points | Cells, size: tuple[int, int]) -> Mask:
    """Return what an outline, (M, 2) xy 0 the first cell's centre, encloses: (rows, columns) bool."""
    inside = np.zeros(size, np.uint8)
    # OpenCV takes sixteenths of a cell.
    sixteenths = np.round(np.asarray(outline, np.float64) * 16).astype(np.int32)
    cv2.fillPoly(inside, [sixteenths], 1, shift=4)
    return inside.astype(np.bool_)


def _stretch(blurred: Image, start: Cells, end: Cells) -> Cells:
    low, high = np.minimum(start, end), np.maximum(start, end)
    part = blurred[low[1] : high[1] + 1, low[0] : high[0] + 1]
    if min(part.shape[:2]) < THINNEST:
        return np.stack([start, end])
    tool = cv2.segmentation.IntelligentScissorsMB()
    tool.setEdgeFeatureCannyParameters(*EDGE_THRESHOLDS)
    tool.setWeights(WEIGHT_OF_EDGES, WEIGHT_OF_DIRECTION, WEIGHT_OF_STRENGTH)
    tool.applyImage(np.ascontiguousarray(part))
    tool.buildMap(_pair(start - low))
    path = np.asarray(tool.getContour(_pair(end - low)), np.int64).reshape(-1, 2) + low
    return np.concatenate([start[None], path, end[None]])


def _pair(cell: Cells) -> tuple[int, int]:
    return int(cell[0]), int(cell[1])
