"""A deterministic predictor for tests: the ellipse within the extreme points. Refuses to load elsewhere."""

import os
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ml.errors import EmptyMask, PredictorNotAllowed, UnknownPredictor
from ml.predictor import Image, Prediction, checked_input

SWITCH = "CARDINAL_ALLOW_FAKE_PREDICTOR"
OPTIONS = "slow=SECONDS, fail and empty"


@dataclass(frozen=True)
class FakePredictor:
    """Options behind the name, between commas: `slow=SECONDS`, `fail` (a defect), `empty` (no object)."""

    slow_s: float = 0.0
    fails: bool = False
    is_empty: bool = False
    version: str = "fake-1"

    @classmethod
    def with_options(cls, options: str) -> "FakePredictor":
        """Read the options. Raises `PredictorNotAllowed` outside tests, `UnknownPredictor` for others."""
        if os.environ.get(SWITCH) != "1":
            raise PredictorNotAllowed(f"The fake predictor is for tests alone; they set {SWITCH}=1.")
        slow_s, fails, is_empty = 0.0, False, False
        for option in filter(None, options.split(",")):
            key, _, value = option.partition("=")
            if key == "slow" and value.replace(".", "", 1).isdecimal():
                slow_s = float(value)
            elif option == "fail":
                fails = True
            elif option == "empty":
                is_empty = True
            else:
                raise UnknownPredictor(f"The fake predictor has no option {option!r}; it has {OPTIONS}.")
        return cls(slow_s, fails, is_empty)

    def predict(self, image: Image, points: ArrayLike) -> Prediction:
        """Return the ellipse that touches the box of the points from within; see `Predictor.predict`."""
        pixels, places = checked_input(image, points)
        time.sleep(self.slow_s)
        if self.fails:
            raise RuntimeError("The fake predictor was told to fail.")
        if self.is_empty:
            raise EmptyMask("The fake predictor was told to find nothing.")
        low, high = np.floor(places.min(axis=0)).astype(int), np.ceil(places.max(axis=0)).astype(int)
        center, radius = (low + high) / 2, np.maximum((high - low) / 2, 0.75)
        rows, columns = np.mgrid[low[1] : high[1] + 1, low[0] : high[0] + 1]
        inside = ((columns - center[0]) / radius[0]) ** 2 + ((rows - center[1]) / radius[1]) ** 2 <= 1
        return Prediction(
            size=(pixels.shape[0], pixels.shape[1]),
            offset=(int(low[0]), int(low[1])),
            local_mask=inside,
            render_probability=lambda: inside.astype(np.float32),
            score=0.9,
            timings_ms={"total": 0.0},
        )
