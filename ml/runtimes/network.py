"""A network as a predictor: everything between image and mask that does not depend on who computes it."""

from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Literal, Protocol

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.errors import EmptyMask
from ml.predictor import EXTREME_POINTS, Image, Points, Prediction, Probability, checked_input
from ml.preprocess import CropWindow, InputSpec

Crops = NDArray[np.uint8]
STEPS = 256


@dataclass(frozen=True, slots=True)
class AnswerSpec:
    """How a network's answer becomes a mask; kept in its weights file.

    Attributes:
        threshold: a pixel is object from this probability on.
        slack_share: how far outside the clicks' box there may be object, as a share of the mean of the box's
            width and height.
        paste: `probability` interpolates probabilities cubically, as the published network does; `logits`
            interpolates logits linearly.
        quality_scale, quality_shift: the calibrated quality is `scale * q + shift` on the logit scale.
    """

    threshold: float = 0.8
    slack_share: float = 0.0
    paste: Literal["probability", "logits"] = "probability"
    quality_scale: float = 1.0
    quality_shift: float = 0.0


class Forward(Protocol):
    """One pass of a network. Safe to call from several threads at a time."""

    def __call__(self, crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        """Answer N crops, (N, S, S, 3) uint8 RGB, and their guidance, (N, g, g, C) float32 in 0..255.

        Returns the logits of being object, (N, h, w) float32 over the crop, and those of the estimated
        intersection over union, (N,) float32.
        """
        ...


class NetworkPredictor:
    """Crops, asks the network, and puts the answer back onto the image.

    A network with feedback is asked twice where there are corrections: first without them. `inputs` and
    `forward` are what it was made with.
    """

    def __init__(self, *, version: str, inputs: InputSpec, answer: AnswerSpec, forward: Forward) -> None:
        self._version, self._answer = version, answer
        self.inputs, self.forward = inputs, forward

    @property
    def version(self) -> str:
        """The name and the hash of the weights."""
        return self._version

    def predict(self, image: Image, points: ArrayLike) -> Prediction:
        """Return the object between its extreme points; see `ml.predictor.Predictor`."""
        started = perf_counter()
        image, places = checked_input(image, points)
        window = self.inputs.window(places, image.shape[:2])
        crop = window.extract(image, resize=self.inputs.resize)
        cells = self.inputs.places(places, window)
        prepared = perf_counter()
        logits, quality = self._answered(crop, cells)
        answered = perf_counter()
        prediction = self._prediction(logits[0], float(quality[0]), window, image.shape[:2], places)
        ended = perf_counter()
        steps = {"prepare": prepared - started, "network": answered - prepared, "paste": ended - answered}
        prediction.timings_ms.update({name: 1000 * seconds for name, seconds in steps.items()})
        prediction.timings_ms["total"] = 1000 * (ended - started)
        return prediction

    def _answered(self, crop: Image, cells: Points) -> tuple[Probability, Probability]:
        """Return what the network says to a crop and clicks in cells of the guidance: see `Forward`."""
        inputs = self.inputs
        if not inputs.feedback or len(cells) == EXTREME_POINTS:
            return self.forward(crop[None], inputs.draw(cells)[None])
        first, _ = self.forward(crop[None], inputs.draw(cells[:EXTREME_POINTS])[None])
        return self.forward(crop[None], inputs.draw(cells, sigmoid(first[0]))[None])

    def _prediction(
        self, logits: Probability, quality: float, window: CropWindow, size: tuple[int, int], points: Points
    ) -> Prediction:
        left, top, right, bottom = window.box
        slack = round(self._answer.slack_share * (right - left + bottom - top + 2) / 2)
        threshold = self._answer.threshold
        paste_back = partial(window.paste_back, image_size=size, slack=slack)
        if self._answer.paste == "probability":
            offset, probabilities = paste_back(sigmoid(logits))
            mask = probabilities > threshold
        else:
            offset, steps = paste_back(in_steps(logits), interpolation=cv2.INTER_LINEAR)
            mask = steps > round(STEPS * np.log(threshold / (1 - threshold)))
        if not mask.any():
            raise EmptyMask("The model found no object between the points.")
        estimate = self._answer.quality_scale * quality + self._answer.quality_shift
        # An estimate that is no number is worth nothing, and must not end up where only numbers can be.
        score = 0.0 if np.isnan(estimate) else float(sigmoid(np.float32(estimate)))

        def render_probability() -> Probability:
            if self._answer.paste == "probability":
                return probabilities.clip(0, 1)
            # Hardly anybody asks: the mask does not wait for it.
            return sigmoid(paste_back(logits, interpolation=cv2.INTER_LINEAR)[1])

        return Prediction(size, offset, mask, render_probability, score)


def in_steps(logits: Probability) -> NDArray[np.int16]:
    """Return logits as whole numbers of 256ths: on a large image half the memory, and twice the speed.

    What lies beyond 127 to either side is as sure as 127; what is no number is no object.
    """
    numbers = np.nan_to_num(np.rint(logits * STEPS), nan=-np.inf)
    steps: NDArray[np.int16] = numbers.clip(-32767, 32767).astype(np.int16)
    return steps


def sigmoid(logits: Probability | np.float32) -> Probability:
    """Return the probabilities of logits, float32, without overflow."""
    probabilities: Probability = np.asarray(
        0.5 * (1 + np.tanh(0.5 * np.asarray(logits, np.float32))), np.float32
    )
    return probabilities
