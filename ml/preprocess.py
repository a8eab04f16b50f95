"""From image and clicks to the network's input, and from its output back onto the image.

Training, evaluation, serving and export all come through here: this is the one place that knows the numbers.
A crop is the clicks' box grown by `RELAX` image pixels, black where it leaves the image, resized to `SIZE`.
Each click becomes a bump in a heat-map that is the network's fourth channel.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.predictor import Image, Points, Probability

RELAX = 50
SIZE = 512
# Full width at half maximum of a click's bump, in pixels of the network's input.
BUMP_WIDTH = 10.0

Cells = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CropWindow:
    """The rectangle of the image that the network sees, and the way there and back.

    `left`, `top` are the crop's first pixel in the image and may be negative; `width`, `height` are its size
    in image pixels; `relax` of them on each side lie outside the clicks' box; `size` is the side of the
    network's square input.
    """

    left: int
    top: int
    width: int
    height: int
    relax: int = RELAX
    size: int = SIZE

    @classmethod
    def around(cls, points: Points, *, relax: int = RELAX, size: int = SIZE) -> "CropWindow":
        """Return the window around clicks, (N, 2) xy in image pixels; each belongs to the nearest pixel."""
        pixels = nearest_pixels(points)
        (left, top), (right, bottom) = pixels.min(axis=0), pixels.max(axis=0)
        return cls(
            left=int(left) - relax,
            top=int(top) - relax,
            width=int(right - left) + 1 + 2 * relax,
            height=int(bottom - top) + 1 + 2 * relax,
            relax=relax,
            size=size,
        )

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) of the clicks' box in image pixels, all inclusive."""
        left, top = self.left + self.relax, self.top + self.relax
        return left, top, self.left + self.width - 1 - self.relax, self.top + self.height - 1 - self.relax

    def extract(self, image: Image) -> Image:
        """Return the crop of an (H, W, C) uint8 image as (size, size, C), black outside the image."""
        height, width = image.shape[:2]
        crop = np.zeros((self.height, self.width, *image.shape[2:]), image.dtype)
        left, right = max(0, self.left), min(width, self.left + self.width)
        top, bottom = max(0, self.top), min(height, self.top + self.height)
        if left < right and top < bottom:
            crop[top - self.top : bottom - self.top, left - self.left : right - self.left] = image[
                top:bottom, left:right
            ]
        resized = cv2.resize(crop, (self.size, self.size), interpolation=cv2.INTER_CUBIC)
        return resized.astype(image.dtype, copy=False)

    def to_crop(self, points: Points) -> Cells:
        """Return (N, 2) xy in image pixels as cells of the network's input, (N, 2) int, truncated."""
        offset = nearest_pixels(points) - [self.left, self.top]
        cells: Cells = np.trunc(self.size * offset / [self.width, self.height]).astype(np.int64)
        return cells

    def to_image(self, cells: NDArray[np.generic]) -> Points:
        """Return cells of the network's input, (N, 2) xy, as the image pixels at their upper left corners.

        It undoes `to_crop` to within a cell: `to_crop(ceil(to_image(cells)))` are the same cells wherever a
        cell holds a pixel at all.
        """
        scale = np.array([self.width, self.height]) / self.size
        return np.asarray(cells, np.float64) * scale + [self.left, self.top]

    def paste_back(
        self, prediction: Probability, image_size: tuple[int, int]
    ) -> tuple[tuple[int, int], Probability]:
        """Return where in the image the clicks' box lies, (x, y), and its (h, w) float32 probabilities.

        `prediction` is the network's (size, size) answer in 0..1; `image_size` is (H, W). The crop's relaxed
        border is dropped: outside the clicked box nothing is object. What cubic interpolation swings beyond
        0..1 is cut off.
        """
        answer = prediction.astype(np.float32, copy=False)
        crop = cv2.resize(answer, (self.width, self.height), interpolation=cv2.INTER_CUBIC)
        left, top, right, bottom = self.box
        last_y, last_x = image_size[0] - 1, image_size[1] - 1
        left, top, right, bottom = max(0, left), max(0, top), min(last_x, right), min(last_y, bottom)
        local = crop[top - self.top : bottom + 1 - self.top, left - self.left : right + 1 - self.left]
        return (left, top), np.ascontiguousarray(local.clip(0, 1))


def nearest_pixels(points: Points) -> Cells:
    """Return (N, 2) xy rounded to whole pixels, halves upwards, as int."""
    return np.floor(np.asarray(points, np.float64) + 0.5).astype(np.int64)


def heat_map(cells: Cells, *, size: int = SIZE, width: float = BUMP_WIDTH) -> Probability:
    """Return the clicks' bumps as (size, size) float32: 255 at a click, half of it `width` / 2 away.

    `cells` is (N, 2) xy in cells of the network's input; where bumps meet the higher one stands.
    """
    axis = np.arange(size, dtype=np.float32)
    squares = [
        (axis[None, :] - np.float32(x)) ** 2 + (axis[:, None] - np.float32(y)) ** 2 for x, y in cells.tolist()
    ]
    nearest = np.minimum.reduce(squares)
    bumps: Probability = (255 * np.exp(-4 * np.log(2) * nearest / width**2)).astype(np.float32)
    return bumps


def network_input(image: Image, points: Points, window: CropWindow) -> Probability:
    """Return (size, size, 4) float32 in 0..255: red, green, blue and the heat-map of the clicks."""
    bumps = heat_map(window.to_crop(points), size=window.size)
    return np.dstack([window.extract(image).astype(np.float32), bumps])
