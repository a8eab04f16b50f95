"""A small working copy of the picture around an object."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.predictor import Image, Mask, Points
from ml.preprocess import nearest_pixels

# Measured on 260 photographs: 160 to 320 give the same overlap. More costs time, less shows steps when a
# large object is pasted back.
LONG_SIDE = 256
SHORT_SIDE = 64
LONGEST_SIDE = 1024
# Background around the object, as a share of the longer side of its box.
MARGIN = 0.15
LEAST_MARGIN = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the image and the size that it is worked on at.

    `left`, `top`, `width`, `height` are image pixels and lie within the image; `columns`, `rows` are the
    working copy's size in cells, at most one a pixel. `box` is the clicks' box in the image, (left, top,
    right, bottom), inclusive.
    """

    left: int
    top: int
    width: int
    height: int
    columns: int
    rows: int
    box: tuple[int, int, int, int]

    @classmethod
    def around(cls, points: Points, image_size: tuple[int, int]) -> "Frame":
        """Return the frame around clicks, (N, 2) xy within an image of `image_size` (H, W)."""
        pixels = nearest_pixels(points)
        (left, top), (right, bottom) = pixels.min(axis=0).tolist(), pixels.max(axis=0).tolist()
        sides = np.array([right - left + 1, bottom - top + 1])
        # A thin object gets no wider a strip of background on its long side than it is wide itself.
        margin = np.minimum(MARGIN * sides.max(), sides)
        grown = np.ceil(np.maximum(margin, LEAST_MARGIN)).astype(int)
        x0, y0 = max(0, left - int(grown[0])), max(0, top - int(grown[1]))
        x1 = min(image_size[1], right + 1 + int(grown[0]))
        y1 = min(image_size[0], bottom + 1 + int(grown[1]))
        scale = _scale(x1 - x0, y1 - y0)
        return cls(
            left=x0,
            top=y0,
            width=x1 - x0,
            height=y1 - y0,
            columns=max(1, round((x1 - x0) * scale)),
            rows=max(1, round((y1 - y0) * scale)),
            box=(left, top, right, bottom),
        )

    def take(self, image: Image) -> Image:
        """Return the working copy, (rows, columns, 3) uint8."""
        crop = image[self.top : self.top + self.height, self.left : self.left + self.width]
        if (self.columns, self.rows) == (self.width, self.height):
            return np.ascontiguousarray(crop)
        small = cv2.resize(crop, (self.columns, self.rows), interpolation=cv2.INTER_AREA)
        return small.astype(np.uint8, copy=False)

    def to_frame(self, points: Points) -> Points:
        """Return (N, 2) xy in image pixels as fractional cells; whole numbers are the centres of cells."""
        scale = np.array([self.columns / self.width, self.rows / self.height])
        moved: Points = (points - [self.left, self.top] + 0.5) * scale - 0.5
        return moved

    def cells(self, points: Points) -> NDArray[np.int64]:
        """Return the cells that hold the points, (N, 2) int xy within the working copy."""
        return nearest_pixels(self.to_frame(points)).clip(0, [self.columns - 1, self.rows - 1])

    def box_in_image(self, values: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return (rows, columns) values, enlarged smoothly, for the pixels of the clicks' box alone."""
        full = cv2.resize(values, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        left, top, right, bottom = self.box
        part = full[top - self.top : bottom + 1 - self.top, left - self.left : right + 1 - self.left]
        return part.astype(np.uint8, copy=False)

    def box_in_frame(self, cells: NDArray[np.int64]) -> Mask:
        """Return (rows, columns) bool: the box of some cells."""
        (left, top), (right, bottom) = cells.min(axis=0), cells.max(axis=0)
        inside = np.zeros((self.rows, self.columns), np.bool_)
        inside[top : bottom + 1, left : right + 1] = True
        return inside


def _scale(width: int, height: int) -> float:
    longer, shorter = max(width, height), min(width, height)
    wanted = max(LONG_SIDE / longer, min(SHORT_SIDE / shorter, LONGEST_SIDE / longer))
    return min(1.0, wanted)
