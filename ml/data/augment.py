"""One object made to look like many: geometry, light, compression, another background."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ml.data.objects import View
from ml.predictor import Image, Mask

# How much of the surroundings is kept: enough for any margin of the crop, as a share of the object's sides.
SURROUNDINGS = 0.6
# Sides of what comes out, in pixels: the picture's longest, and the object's shortest where both can be had.
LARGEST = 720
SMALLEST = 24
# Below this scale, samples would skip pixels: they are averaged before.
SAMPLED_FROM = 0.6

Random = np.random.Generator
Matrix = NDArray[np.float64]


def _ascending(values: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= values[0] <= values[1]:
        raise ValueError("has to be two numbers from 0 on, the smaller one first")
    return values


def _not_nothing(values: tuple[float, float]) -> tuple[float, float]:
    if values[0] == 0:
        raise ValueError("has to begin above 0")
    return values


Range = Annotated[tuple[float, float], AfterValidator(_ascending)]
Scales = Annotated[Range, AfterValidator(_not_nothing)]


class AugmentConfig(BaseModel):
    """Probabilities, 0..1, and how far geometry may go.

    Attributes:
        flip: probability of a mirror image.
        rotate_degrees: turns by up to so much to either side.
        scale: range of the factor that sizes are multiplied by.
        stretch: width over height grows or shrinks by up to the square of 1 + stretch.
        shear: pixels to the side for each pixel down, at most.
        colour, blur, noise, jpeg: probabilities of other light and contrast, of a soft picture, of grain, and
            of traces of compression.
        paste: probability of another photograph as background.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    flip: float = Field(default=0.5, ge=0, le=1)
    rotate_degrees: float = Field(default=20.0, ge=0, le=180)
    scale: Scales = (0.75, 1.25)
    stretch: float = Field(default=0.0, ge=0, le=1)
    shear: float = Field(default=0.0, ge=0, le=1)
    colour: float = Field(default=0.0, ge=0, le=1)
    blur: float = Field(default=0.0, ge=0, le=1)
    noise: float = Field(default=0.0, ge=0, le=1)
    jpeg: float = Field(default=0.0, ge=0, le=1)
    paste: float = Field(default=0.0, ge=0, le=1)


def augmented(view: View, config: AugmentConfig, rng: Random, *, whole: bool = False) -> View:
    """Return the object with its surroundings, turned, scaled and recoloured at random.

    People's clicks move along; with them an object is neither turned nor sheared, since its extreme points
    would become ordinary ones. What would leave too little of an object comes back in its old place and size.
    With `whole` the surroundings are all of the picture: it turns and grows about its middle, in its own
    frame, which may cut the object.
    """
    moved, seen = _moved(view, config, rng, whole=whole)
    image = _recoloured(moved.image, config, rng)
    # Where the photograph ends it is black when a network serves, in whatever light.
    return View(np.where(seen[..., None], image, np.uint8(0)), moved.mask, moved.clicks)


def pasted(view: View, background: Image, rng: Random) -> View:
    """Return the object cut out and laid on a part of another picture, its edge softened by a pixel."""
    height, width = view.mask.shape
    scale = max(height / background.shape[0], width / background.shape[1])
    rows, columns = max(1, round(height / scale)), max(1, round(width / scale))
    top = int(rng.integers(background.shape[0] - rows + 1))
    left = int(rng.integers(background.shape[1] - columns + 1))
    part = background[top : top + rows, left : left + columns]
    behind = cv2.resize(part, (width, height), interpolation=_interpolation(scale))
    alpha = cv2.GaussianBlur(view.mask.astype(np.float32), (3, 3), 0.7)[..., None]
    mixed = np.rint(view.image * alpha + behind * (1 - alpha))
    return View(mixed.astype(np.uint8), view.mask, view.clicks)


def _moved(view: View, config: AugmentConfig, rng: Random, *, whole: bool) -> tuple[View, Mask]:
    """Return the object in its new place, and which pixels of the frame the photograph reaches."""
    matrix = _linear_map(config, rng, turns=view.clicks is None)
    matrix, shift, size = (_picture_frame if whole else _object_frame)(view.mask, matrix)
    mask = _warped(view.mask.astype(np.uint8) * 255, matrix, shift, size) > 127
    everywhere = np.ones(view.mask.shape, np.bool_)
    if mask.sum() < SMALLEST:
        return view, everywhere
    clicks = None if view.clicks is None else (view.clicks + 0.5) @ matrix.T + shift - 0.5
    if whole and clicks is not None and not ((clicks >= -0.5) & (clicks <= np.array(size) - 0.5)).all():
        return view, everywhere
    seen = _warped(everywhere.astype(np.uint8), matrix, shift, size) > 0
    return View(_warped(view.image, matrix, shift, size), mask, clicks), seen


# Both return the map, fitted to a useful size, the shift that goes with it, and (width, height) of the frame.
def _object_frame(mask: Mask, matrix: Matrix) -> tuple[Matrix, Matrix, tuple[int, int]]:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    # On the edges of pixels, as `matrix` and `shift` are: whole numbers are corners, not centres.
    box = np.array([xs[0], ys[0], xs[-1] + 1, ys[-1] + 1], np.float64)
    corners = box[[[0, 1], [2, 1], [2, 3], [0, 3]]] @ matrix.T
    sides = np.ptp(corners, axis=0)
    # Never so large that it only costs time, never so small that nothing can be seen.
    largest = max(LARGEST / (sides.max() * (1 + 2 * SURROUNDINGS)), 0.05)
    fit = np.clip(1.0, min(SMALLEST / sides.min(), largest), largest)
    matrix, corners, sides = matrix * fit, corners * fit, sides * fit
    # A whole number: an object that is not scaled keeps its pixels as they are.
    margin = np.rint(SURROUNDINGS * sides)
    shift = margin - corners.min(axis=0)
    width, height = np.ceil(sides + 2 * margin).astype(int).tolist()
    return matrix, shift, (width, height)


def _picture_frame(mask: Mask, matrix: Matrix) -> tuple[Matrix, Matrix, tuple[int, int]]:
    sides = np.array(mask.shape[::-1], np.float64)
    fit = min(1.0, LARGEST / sides.max())
    matrix, frame = matrix * fit, np.rint(sides * fit).clip(1)
    width, height = frame.astype(int).tolist()
    return matrix, (frame - matrix @ sides) / 2, (width, height)


def _warped(pixels: Image, matrix: Matrix, shift: Matrix, size: tuple[int, int]) -> Image:
    """Return pixels, (H, W) or (H, W, C) uint8, under an affine map; black where they end.

    `matrix` (2, 2) and `shift` (2,) map edges of pixels, xy; `size` is (width, height) of what is returned.
    """
    height, width = pixels.shape[:2]
    scale = float(np.sqrt(abs(np.linalg.det(matrix))))
    if scale < SAMPLED_FROM:
        fewer = max(1, round(width * scale)), max(1, round(height * scale))
        pixels = np.asarray(cv2.resize(pixels, fewer, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = matrix @ np.diag([width / fewer[0], height / fewer[1]])
    # OpenCV has whole numbers in the middle of pixels.
    affine = np.hstack([matrix, (shift + matrix.sum(axis=1) / 2 - 0.5)[:, None]])
    return np.asarray(cv2.warpAffine(pixels, affine, size, flags=cv2.INTER_LINEAR), np.uint8)


def _interpolation(scale: float) -> int:
    return cv2.INTER_AREA if scale < SAMPLED_FROM else cv2.INTER_LINEAR


def _linear_map(config: AugmentConfig, rng: Random, *, turns: bool) -> Matrix:
    angle = np.deg2rad(rng.uniform(-config.rotate_degrees, config.rotate_degrees)) * turns
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    stretch = np.exp(rng.uniform(-1, 1) * np.log1p(config.stretch))
    shear = rng.uniform(-config.shear, config.shear) * turns
    shape = np.array([[stretch, shear], [0.0, 1 / stretch]])
    mirror = np.diag([-1.0 if rng.random() < config.flip else 1.0, 1.0])
    return np.asarray(rng.uniform(*config.scale) * turn @ shape @ mirror, np.float64)


def _recoloured(image: Image, config: AugmentConfig, rng: Random) -> Image:
    if rng.random() < config.colour:
        image = _other_light(image, rng)
    if rng.random() < config.blur:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.6)), np.uint8)
    if rng.random() < config.noise:
        grain = rng.normal(0, rng.uniform(2, 12), image.shape).astype(np.float32)
        image = np.rint(image + grain).clip(0, 255).astype(np.uint8)
    if rng.random() < config.jpeg:
        quality = int(rng.integers(25, 90))
        encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        image = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED), np.uint8)
    return image


def _other_light(image: Image, rng: Random) -> Image:
    gain = np.exp(rng.normal(0, 0.08, 3) + rng.normal(0, 0.15))
    gamma = np.exp(rng.normal(0, 0.2))
    levels = np.arange(256, dtype=np.float64)[:, None] / 255
    table = (255 * levels**gamma * gain + rng.normal(0, 12)).clip(0, 255).astype(np.uint8)
    lit = cv2.LUT(image, table[None])
    grey = cv2.cvtColor(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    vivid = 0.0 if rng.random() < 0.06 else rng.uniform(0.5, 1.4)
    return np.asarray(cv2.addWeighted(lit, vivid, grey, 1 - vivid, 0), np.uint8)
