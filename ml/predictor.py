"""What every predictor takes and gives, and the checks before it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.errors import ImageInvalid, PointsMalformed, PointsNotFinite, PointsOutsideImage, TooFewPoints

Image = NDArray[np.uint8]
Points = NDArray[np.float64]
Mask = NDArray[np.bool_]
Probability = NDArray[np.float32]
Scalar = TypeVar("Scalar", bound=np.generic)

EXTREME_POINTS = 4
# A click on the outer edge of an outermost pixel may be rounded to the pixel beyond it.
REACH = 1.0


@dataclass(frozen=True, eq=False)
class Prediction:
    """A model's answer, kept as small as the object.

    Everything outside the rectangle of `local_mask`'s (h, w), whose upper left pixel is `offset` (x, y), is
    background. Serving encodes from these two alone; the full-size `mask` and `probability` are made when
    they are asked for, and then kept.

    Attributes:
        size: (H, W) of the image in pixels.
        offset: (x, y) of the local mask's upper left pixel in the image.
        local_mask: (h, w) bool, h and w at least 1; it holds at least one object pixel.
        render_probability: makes the (h, w) float32 probabilities that belong to `local_mask`.
        score: the model's estimate, 0..1, of its mask's intersection over union with the truth.
        timings_ms: milliseconds of the steps by name; `total` is their sum.
    """

    size: tuple[int, int]
    offset: tuple[int, int]
    local_mask: Mask
    render_probability: Callable[[], Probability]
    score: float
    timings_ms: dict[str, float] = field(default_factory=dict)

    @cached_property
    def local_probability(self) -> Probability:
        """(h, w) float32 in 0..1: the probability of being object, for the pixels of `local_mask`."""
        return self.render_probability()

    @cached_property
    def mask(self) -> Mask:
        """(H, W) bool: the object's pixels in the whole image."""
        return self._whole(self.local_mask)

    @cached_property
    def probability(self) -> Probability:
        """(H, W) float32 in 0..1: the probability of being object, 0 outside the model's window."""
        return self._whole(self.local_probability)

    def _whole(self, local: NDArray[Scalar]) -> NDArray[Scalar]:
        (x, y), (height, width) = self.offset, local.shape
        whole = np.zeros(self.size, local.dtype)
        whole[y : y + height, x : x + width] = local
        return whole


class Predictor(Protocol):
    """A loaded model. Safe to call from several threads at a time."""

    @property
    def version(self) -> str:
        """A name that changes whenever answers may change, such as `grabcut-1`."""
        ...

    def predict(self, image: Image, points: ArrayLike) -> Prediction:
        """Return the object between its extreme points.

        `image` is (H, W, 3) uint8 RGB. `points` is (N >= 4, 2) xy in image pixels: the four extreme points
        in any order, then corrections on the object's boundary. Raises the errors of `ml.errors`.
        """
        ...


def checked_input(image: Image, points: ArrayLike) -> tuple[Image, Points]:
    """Return the image and the points as (N, 2) float64 within [0, W-1] x [0, H-1].

    Points up to one pixel beyond the image move onto it. Raises `ImageInvalid`, `PointsMalformed`,
    `TooFewPoints`, `PointsNotFinite` or `PointsOutsideImage`.
    """
    _check_image(image)
    height, width = image.shape[:2]
    try:
        places = np.array(points, np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise PointsMalformed(f"Points have to be (N, 2) numbers, x and y in pixels: {error}.") from error
    if places.ndim != 2 or (places.size and places.shape[1] != 2):
        raise PointsMalformed(f"Points have to be (N, 2), x and y in image pixels, not {places.shape}.")
    if len(places) < EXTREME_POINTS:
        raise TooFewPoints(f"Four extreme points are needed at least, but {len(places)} came.")
    if not np.isfinite(places).all():
        index = int(np.flatnonzero(~np.isfinite(places).all(axis=1))[0])
        raise PointsNotFinite(f"Point {index + 1} is not finite: {places[index].tolist()}.")
    last = np.array([width - 1, height - 1], np.float64)
    outside = ((places < -REACH) | (places > last + REACH)).any(axis=1)
    if outside.any():
        index = int(np.flatnonzero(outside)[0])
        raise PointsOutsideImage(
            f"Point {index + 1} at {places[index].tolist()} lies outside the {width} x {height} pixels."
        )
    return image, places.clip(0, last)


def _check_image(image: object) -> None:
    if not isinstance(image, np.ndarray):
        raise ImageInvalid(f"The image has to be a numpy array, not {type(image).__name__}.")
    if image.dtype != np.uint8:
        raise ImageInvalid(f"The image has to be uint8, not {image.dtype}.")
    if image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ImageInvalid(f"The image has to be (H, W, 3) RGB with at least one pixel, not {image.shape}.")
