"""From an object to what a training step eats: a crop, clicks, and the truth in the crop's frame."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ml.clicks import extreme_points
from ml.data.augment import Range
from ml.data.objects import View
from ml.predictor import EXTREME_POINTS, Image, Mask, Points, Probability
from ml.preprocess import CropWindow, InputSpec


class ClickConfig(BaseModel):
    """How simulated people click.

    Attributes:
        careful: the share of objects clicked exactly.
        miss_pixels, miss_share: how far within the object an extreme click may lie from the extreme, in image
            pixels and as a share of the object's shorter side; the smaller of both counts.
        simulated: the share of objects with people's clicks that are clicked by simulation all the same, so
            that nobody's few misses are learned by heart.
        relax_share: the range that the crop's margin is drawn from; without it the margin is the input's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    careful: float = Field(default=0.4, ge=0, le=1)
    miss_pixels: float = Field(default=8.0, ge=0)
    miss_share: float = Field(default=0.12, ge=0)
    simulated: float = Field(default=0.0, ge=0, le=1)
    relax_share: Range | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One object for one training step.

    `crop` is (S, S, 3) uint8 RGB; `places` are its clicks, (N, 2) xy in cells of the guidance, and `further`
    the corrections that a person made after them, (M, 2); `guidance` is what `places` draw, (g, g, C) float32
    in 0..255; `truth` is the share of object in each cell of the network's answer, (h, h) float32 in 0..1;
    `previous` is what the network answered before there were corrections, in the same cells, once there are.
    """

    crop: Image
    places: Points
    guidance: Probability
    truth: Probability
    further: Points
    previous: Probability | None = None


def make_example(
    view: View, spec: InputSpec, config: ClickConfig, *, answer_size: int, rng: np.random.Generator
) -> Example:
    """Click an object, or take people's clicks, and frame it as serving does.

    The truth has `answer_size` cells a side. Corrections among people's clicks come after the first answer,
    as they did when people made them.
    """
    points = view.clicks
    if points is None or (config.simulated and rng.random() < config.simulated):
        points = simulated_clicks(view.mask, config, rng)
    if config.relax_share is not None:
        spec = replace(spec, relax_share=float(rng.uniform(*config.relax_share)))
    height, width = view.mask.shape
    points = points.clip(0, [width - 1, height - 1])
    window = spec.window(points, (height, width))
    crop, guidance = spec.inputs(view.image, points[:EXTREME_POINTS], window)
    places, truth = spec.places(points, window), truth_in_crop(view.mask, window, answer_size)
    return Example(crop, places[:EXTREME_POINTS], guidance, truth, places[EXTREME_POINTS:])


def simulated_clicks(mask: Mask, config: ClickConfig, rng: np.random.Generator) -> Points:
    """Return four extreme clicks, (4, 2) xy in image pixels, some of them careless."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    side = min(ys[-1] - ys[0], xs[-1] - xs[0]) + 1
    reach = min(config.miss_pixels, config.miss_share * float(side))
    if rng.random() < config.careful:
        return extreme_points(mask)
    jitter = rng.uniform(0, reach)
    clicks = extreme_points(mask, jitter=max(jitter, 1e-6), rng=rng)
    return clicks + rng.normal(0, jitter / 4, (EXTREME_POINTS, 2))


def truth_in_crop(mask: Mask, window: CropWindow, size: int) -> Probability:
    """Return the share of object in each cell of a (size, size) grid over the window, float32."""
    left, right = max(0, window.left), min(mask.shape[1], window.left + window.width)
    top, bottom = max(0, window.top), min(mask.shape[0], window.top + window.height)
    framed: NDArray[np.float32] = np.zeros((window.height, window.width), np.float32)
    framed[top - window.top : bottom - window.top, left - window.left : right - window.left] = mask[
        top:bottom, left:right
    ]
    shrinks = min(window.width, window.height) > size
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(framed, (size, size), interpolation=interpolation), np.float32)
