"""Clicks that a person would make, simulated from a true mask."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.predictor import Mask, Points

# Places tried before a correction is given up: each one removes the error around it from the search.
ATTEMPTS = 20
# A click within this many pixels of an earlier one says nothing new.
NEXT_TO = 1.5


def extreme_points(mask: Mask, *, jitter: float = 0.0, rng: np.random.Generator | None = None) -> Points:
    """Return the object's left, top, right and bottom point as (4, 2) float xy, pixels of the object.

    With `jitter` each is a random object pixel among those within that many pixels of the extreme; without,
    the middle one of the outermost pixels. Raises `ValueError` for an empty mask.
    """
    ys, xs = np.nonzero(mask)
    if xs.size == 0:
        raise ValueError("An empty mask has no extreme points.")
    found = []
    for along, end in ((xs, xs.min()), (ys, ys.min()), (xs, xs.max()), (ys, ys.max())):
        near = np.flatnonzero(np.abs(along - end) <= jitter)
        if jitter > 0:
            chosen = near[(rng or np.random.default_rng()).integers(near.size)]
        else:
            across = ys if along is xs else xs
            chosen = near[np.argsort(across[near], kind="stable")[near.size // 2]]
        found.append((xs[chosen], ys[chosen]))
    return np.array(found, np.float64)


def correction_click(
    truth: Mask,
    prediction: Mask,
    clicks: Points,
    *,
    void: Mask | None = None,
    jitter: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Points | None:
    """Return the next click on the true boundary as (2,) float xy, or None when there is nothing to mend.

    It is the boundary pixel closest to the deepest point of the error, which no earlier click is next to.
    With `jitter` it is a random pixel of the image among those within that many pixels of it.
    """
    wrong = truth != prediction
    if void is not None:
        wrong &= ~void
    boundary = _boundary(truth)
    # Beyond the image's edge there is no error: the depth of an error counts from there too.
    depth = cv2.distanceTransform(np.pad(wrong, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    for _ in range(ATTEMPTS):
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
        radius = float(depth[y, x])
        if radius < 1 or boundary.size == 0:
            return None
        click: Points = boundary[np.hypot(boundary[:, 0] - x, boundary[:, 1] - y).argmin()]
        if np.hypot(*(clicks - click).T).min() > max(NEXT_TO, jitter):
            return (
                _missed(click, truth.shape, jitter, rng or np.random.default_rng()) if jitter > 0 else click
            )
        cv2.circle(depth, (int(x), int(y)), int(np.ceil(radius)), 0.0, thickness=-1)
    return None


def _missed(click: Points, size: tuple[int, ...], jitter: float, rng: np.random.Generator | None) -> Points:
    """Return a random pixel of the (H, W) image within `jitter` pixels of the click."""
    reach = int(jitter)
    offsets = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1).T
    pixels = click + offsets[np.hypot(*offsets.T) <= jitter]
    inside = pixels[((pixels >= 0) & (pixels < [size[1], size[0]])).all(axis=1)]
    missed: Points = inside[(rng or np.random.default_rng()).integers(len(inside))]
    return missed


def _boundary(mask: Mask) -> NDArray[np.float64]:
    inner = cv2.erode(np.pad(mask, 1).astype(np.uint8), np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    ys, xs = np.nonzero(mask & (inner == 0))
    return np.stack([xs, ys], axis=1).astype(np.float64)
