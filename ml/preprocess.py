"""From image and clicks to a network's input, and from its output back onto the image.

Training, evaluation, serving and export all come through here: this is the one place that knows the numbers.
A crop is the clicks' box grown by a margin, black where it leaves the image, resized to a square. The clicks
become guidance: further channels, drawn in the crop's frame. `InputSpec` says which of all this a network was
trained with; its defaults are those of the published DEXTR weights.
"""

from dataclasses import dataclass
from typing import Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.predictor import EXTREME_POINTS, Image, Points, Probability

RELAX = 50
SIZE = 512
# Windows this many times larger than the input are halved before they are averaged: four pixels to one is
# what can be computed fastest, and what is left to average is still many pixels a cell.
HALVED_FROM = 4
# Full width at half maximum of a click's bump, in pixels of the network's input.
BUMP_WIDTH = 10.0

Cells = NDArray[np.int64]
Answer = TypeVar("Answer", NDArray[np.float32], NDArray[np.int16])
Region = Literal["crop", "full_image"]
Guidance = Literal["extreme_points", "box", "distance_map", "roles"]
Resize = Literal["cubic", "area"]
GUIDANCE_CHANNELS: dict[Guidance, int] = {"extreme_points": 1, "box": 1, "distance_map": 1, "roles": 3}


@dataclass(frozen=True, slots=True)
class CropWindow:
    """The rectangle of the image that the network sees, and the way there and back.

    `left`, `top` are the window's first pixel in the image and may be negative; `width`, `height` are its
    size in image pixels; `box` is the clicks' box (left, top, right, bottom) in image pixels, all inclusive;
    `size` is the side of the network's square input.
    """

    left: int
    top: int
    width: int
    height: int
    box: tuple[int, int, int, int]
    size: int = SIZE

    @classmethod
    def around(cls, points: Points, *, relax: int = RELAX, size: int = SIZE) -> "CropWindow":
        """Return the window around clicks, (N, 2) xy in image pixels; each belongs to the nearest pixel.

        It leaves `relax` image pixels between the clicks' box and its own border on each side.
        """
        left, top, right, bottom = box = _box(points)
        return cls(
            left=left - relax,
            top=top - relax,
            width=right - left + 1 + 2 * relax,
            height=bottom - top + 1 + 2 * relax,
            box=box,
            size=size,
        )

    @classmethod
    def whole(cls, points: Points, image_size: tuple[int, int], *, size: int = SIZE) -> "CropWindow":
        """Return the window that is the whole image, (H, W), with the box of its clicks."""
        height, width = image_size
        return cls(left=0, top=0, width=width, height=height, box=_box(points), size=size)

    def extract(self, image: Image, *, resize: Resize = "cubic") -> Image:
        """Return the crop of an (H, W, C) uint8 image as (size, size, C), black outside the image.

        `resize` is how pixels become fewer: `cubic` takes samples, as the published network does; `area`
        averages, so that fine texture of a large object does not turn into noise. More pixels are always
        made by cubic interpolation.
        """
        shortest = min(self.width, self.height)
        halves = resize == "area" and shortest >= HALVED_FROM * self.size
        crop = self._halved(image) if halves else self._seen(image)
        interpolation = cv2.INTER_AREA if resize == "area" and shortest > self.size else cv2.INTER_CUBIC
        resized = cv2.resize(crop, (self.size, self.size), interpolation=interpolation)
        return resized.astype(image.dtype, copy=False)

    def _seen(self, image: Image) -> Image:
        """Return the window's pixels, black outside the image."""
        height, width = image.shape[:2]
        left, right = max(0, self.left), min(width, self.left + self.width)
        top, bottom = max(0, self.top), min(height, self.top + self.height)
        seen = image[top:bottom, left:right]
        if seen.shape[:2] == (self.height, self.width):
            return seen
        crop = np.zeros((self.height, self.width, *image.shape[2:]), image.dtype)
        if left < right and top < bottom:
            crop[top - self.top : bottom - self.top, left - self.left : right - self.left] = seen
        return crop

    def _halved(self, image: Image) -> Image:
        """Return the window's pixels at half their size or less, without ever copying them at their own.

        Lines at the border of image or window that have no second one to be averaged with are black.
        """
        (x, columns), (y, rows) = (
            _pairs(self.left, self.width, image.shape[1]),
            _pairs(self.top, self.height, image.shape[0]),
        )
        crop = np.zeros((self.height // 2, self.width // 2, *image.shape[2:]), image.dtype)
        if rows > 0 and columns > 0:
            seen = image[self.top + y : self.top + y + rows, self.left + x : self.left + x + columns]
            smaller = cv2.resize(seen, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
            crop[y // 2 : (y + rows) // 2, x // 2 : (x + columns) // 2] = smaller
        while min(crop.shape[:2]) >= HALVED_FROM * self.size:
            height, width = (side // 2 for side in crop.shape[:2])
            pairs = crop[: 2 * height, : 2 * width]
            crop = np.asarray(cv2.resize(pairs, (width, height), interpolation=cv2.INTER_AREA), image.dtype)
        return crop

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

    def to_grid(self, points: Points, size: int) -> Points:
        """Return (N, 2) xy in image pixels as places on a grid of `size` x `size` over the window, unrounded.

        Whole numbers are the middles of pixels on both sides.
        """
        scale = size / np.array([self.width, self.height])
        return (np.asarray(points, np.float64) + 0.5 - [self.left, self.top]) * scale - 0.5

    def inner(self, image_size: tuple[int, int], slack: int = 0) -> tuple[int, int, int, int]:
        """Return the clicks' box grown by `slack` pixels, cut at the window and at the image, (H, W)."""
        left, top, right, bottom = self.box
        return (
            max(0, self.left, left - slack),
            max(0, self.top, top - slack),
            min(image_size[1] - 1, self.left + self.width - 1, right + slack),
            min(image_size[0] - 1, self.top + self.height - 1, bottom + slack),
        )

    def paste_back(
        self,
        prediction: Answer,
        image_size: tuple[int, int],
        *,
        slack: int = 0,
        interpolation: int = cv2.INTER_CUBIC,
    ) -> tuple[tuple[int, int], Answer]:
        """Return where in the image the answer belongs, (x, y) of its first pixel, and its (h, w) values.

        `prediction` is the network's square answer for the window, of any size, float32 or int16;
        `image_size` is (H, W). What lies further than `slack` image pixels outside the clicks' box is
        dropped: nothing is object there. Interpolation may swing beyond the range of the prediction; callers
        that need probabilities clip.
        """
        crop = cv2.resize(prediction, (self.width, self.height), interpolation=interpolation)
        left, top, right, bottom = self.inner(image_size, slack)
        local = crop[top - self.top : bottom + 1 - self.top, left - self.left : right + 1 - self.left]
        return (left, top), np.ascontiguousarray(local).astype(prediction.dtype, copy=False)


def _pairs(start: int, length: int, end: int) -> tuple[int, int]:
    """Return where in a window the first pair of pixels lies that an image has, and how many pixels follow.

    Along one axis: the window has `length` pixels from `start` on, the image those from 0 to below `end`.
    Both numbers are even.
    """
    first = max(0, -start)
    first += first % 2
    return first, max(0, (min(end - start, length) - first) // 2 * 2)


def nearest_pixels(points: Points) -> Cells:
    """Return (N, 2) xy rounded to whole pixels, halves upwards, as int."""
    return np.floor(np.asarray(points, np.float64) + 0.5).astype(np.int64)


def _box(points: Points) -> tuple[int, int, int, int]:
    pixels = nearest_pixels(points)
    (left, top), (right, bottom) = pixels.min(axis=0).tolist(), pixels.max(axis=0).tolist()
    return left, top, right, bottom


def _squares(places: Points, size: int) -> Probability:
    """Return the squared distance, in cells, of each cell of a (size, size) grid to the nearest place."""
    axis = np.arange(size, dtype=np.float32)
    squares: Probability = np.minimum.reduce(
        [
            (axis[None, :] - np.float32(x)) ** 2 + (axis[:, None] - np.float32(y)) ** 2
            for x, y in places.tolist()
        ]
    )
    return squares


def heat_map(cells: Cells | Points, *, size: int = SIZE, width: float = BUMP_WIDTH) -> Probability:
    """Return the clicks' bumps as (size, size) float32: 255 at a click, half of it `width` / 2 away.

    `cells` is (N, 2) xy in cells of the grid; where bumps meet the higher one stands. No click, no bump.
    """
    if not len(cells):
        return np.zeros((size, size), np.float32)
    nearest = _squares(np.asarray(cells, np.float64), size)
    bumps: Probability = (255 * np.exp(-4 * np.log(2) * nearest / width**2)).astype(np.float32)
    return bumps


def box_map(lower: Points, upper: Points, size: int) -> Probability:
    """Return (size, size) float32: 255 in the box between two corners, (2,) xy in cells, both inside."""
    axis = np.arange(size, dtype=np.float64)
    inside = (axis[None] >= lower[:, None] - 0.5) & (axis[None] <= upper[:, None] + 0.5)
    columns, rows = inside
    return np.where(rows[:, None] & columns[None, :], np.float32(255), np.float32(0))


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What a network wants to be fed with; kept in its weights file.

    Attributes:
        size: side of the square crop, in cells.
        region: the crop round the clicks, or the full image (the paper's ablation).
        relax_pixels: margin round the clicks' box in image pixels.
        relax_share: further margin, as a share of the mean of the box's width and height.
        guidance: `extreme_points` a bump at each click; `box` the clicks' box; `distance_map` the distance to
            the nearest click, cut at 255 cells of the input; `roles` three channels: bumps of the four
            extreme points, bumps of the corrections, and the box.
        guidance_size: side of the guidance, in cells.
        bump_width: full width at half maximum of a bump, in cells of the input.
        resize: how a larger window becomes the crop.
        truncate: whether clicks fall on whole cells, as in the published network, or between them.
        feedback: whether a last channel shows the network its own answer to the extreme points alone, which
            corrections are then an answer to; nothing is in it before.
    """

    size: int = SIZE
    region: Region = "crop"
    relax_pixels: int = RELAX
    relax_share: float = 0.0
    guidance: Guidance = "extreme_points"
    guidance_size: int = SIZE
    bump_width: float = BUMP_WIDTH
    resize: Resize = "cubic"
    truncate: bool = True
    feedback: bool = False

    @property
    def channels(self) -> int:
        """How many guidance channels there are."""
        return GUIDANCE_CHANNELS[self.guidance] + self.feedback

    def window(self, points: Points, image_size: tuple[int, int]) -> CropWindow:
        """Return the window for clicks, (N, 2) xy in image pixels, on an image of (H, W) pixels."""
        if self.region == "full_image":
            return CropWindow.whole(points, image_size, size=self.size)
        left, top, right, bottom = _box(points)
        side = (right - left + bottom - top + 2) / 2
        relax = self.relax_pixels + round(self.relax_share * side)
        return CropWindow.around(points, relax=relax, size=self.size)

    def places(self, points: Points, window: CropWindow) -> Points:
        """Return clicks, (N, 2) xy in image pixels, as cells of the guidance, (N, 2) float."""
        if not self.truncate:
            return window.to_grid(points, self.guidance_size)
        return window.to_crop(points).astype(np.float64) * (self.guidance_size / self.size)

    def draw(self, places: Points, previous: Probability | None = None) -> Probability:
        """Return what clicks, given as cells, draw: (guidance_size, guidance_size, C) float32 in 0..255.

        The first four are the extreme points; what follows are corrections. `previous` is the answer to the
        extreme points alone where there is `feedback`: probabilities over the window, (h, h) in 0..1.
        """
        drawn = self._drawn(places)
        if not self.feedback:
            return drawn
        size = self.guidance_size
        shown = np.zeros((size, size), np.float32)
        if previous is not None:
            shrinks = previous.shape[0] > size
            interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            smaller = cv2.resize(previous, (size, size), interpolation=interpolation)
            shown = 255 * np.asarray(smaller, np.float32)
        return np.dstack([drawn, shown])

    def _drawn(self, places: Points) -> Probability:
        size, scale = self.guidance_size, self.guidance_size / self.size
        width = self.bump_width * scale
        if self.guidance == "extreme_points":
            return heat_map(places, size=size, width=width)[..., None]
        if self.guidance == "distance_map":
            distances = np.sqrt(_squares(places, size)) / np.float32(scale)
            return np.asarray(distances.clip(0, 255)[..., None], np.float32)
        box = box_map(places.min(axis=0), places.max(axis=0), size)
        if self.guidance == "box":
            return box[..., None]
        extremes, corrections = places[:EXTREME_POINTS], places[EXTREME_POINTS:]
        return np.dstack(
            [heat_map(extremes, size=size, width=width), heat_map(corrections, size=size, width=width), box]
        )

    def inputs(self, image: Image, points: Points, window: CropWindow) -> tuple[Image, Probability]:
        """Return the crop, (size, size, 3) uint8 RGB, and the guidance, (guidance_size, guidance_size, C)."""
        return window.extract(image, resize=self.resize), self.draw(self.places(points, window))
