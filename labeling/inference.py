"""The one door to `ml`: from an image in the storage and clicks to a run-length encoded mask."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np
from django.conf import settings
from django.core.files.storage import default_storage
from numpy.typing import NDArray

from labeling.domain import masks
from labeling.domain.images import decode_rgb
from ml import EmptyMask, load_predictor

Pixels = NDArray[np.uint8]
# What callers outside may catch without knowing `ml`.
NoMask = (EmptyMask, masks.MaskInvalid)


@dataclass(frozen=True)
class Segmented:
    """A mask of the whole image as COCO counts, [x, y, w, h], and where the time went, in milliseconds."""

    mask_counts: str
    bbox: list[float]
    area: int
    score: float
    model_version: str
    decode_ms: float
    model_ms: float


class DecodedImages:
    """The images decoded last, by content hash, bounded by their bytes. Safe for threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._bytes = 0
        self._images: OrderedDict[str, Pixels] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, *, sha256: str, key: str) -> Pixels:
        """Return the (H, W, 3) uint8 RGB pixels of the file `key`, whose content is known by `sha256`."""
        with self._lock:
            if sha256 in self._images:
                self._images.move_to_end(sha256)
                return self._images[sha256]
        with default_storage.open(key, "rb") as file:
            pixels = decode_rgb(cast(BinaryIO, file))
        with self._lock:
            if sha256 not in self._images and pixels.nbytes <= self._limit:
                self._images[sha256] = pixels
                self._bytes += pixels.nbytes
            while self._bytes > self._limit:
                self._bytes -= self._images.popitem(last=False)[1].nbytes
        return pixels

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self._images


decoded = DecodedImages(settings.DECODED_CACHE_BYTES)


def load_model() -> None:
    """Load the predictor of the settings, once in a process."""
    load_predictor(settings.PREDICTOR)


def warm(*, sha256: str, key: str) -> None:
    """Decode an image that somebody has just opened, and load the model."""
    load_model()
    decoded.get(sha256=sha256, key=key)


class Previewed:
    """The newest answers to previews, each to be taken once by the click that is made just there."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[tuple[object, ...], Segmented] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, name: tuple[object, ...], answer: Segmented) -> None:
        """Keep an answer, instead of the oldest where there are too many."""
        with self._lock:
            self._answers[name] = answer
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)

    def take(self, name: tuple[object, ...]) -> Segmented | None:
        """Return the answer of that name, and forget it."""
        with self._lock:
            return self._answers.pop(name, None)


previewed = Previewed(most=32)


def preview(*, sha256: str, key: str, points: list[tuple[float, float]]) -> str:
    """Return what `segment` would answer, as COCO counts, and keep it for a click on the very same points."""
    answer = _segment(sha256=sha256, key=key, points=points)
    previewed.keep((settings.PREDICTOR, sha256, *points), answer)
    return answer.mask_counts


def segment(*, sha256: str, key: str, points: list[tuple[float, float]]) -> Segmented:
    """Answer clicks (image pixels, x right, y down) on one image with a mask.

    Raises the named errors of `ml`, and `masks.MaskInvalid` for an empty mask.
    """
    # The person has waited for the preview, so its times are those of the answer.
    known = previewed.take((settings.PREDICTOR, sha256, *points))
    return known if known is not None else _segment(sha256=sha256, key=key, points=points)


def _segment(*, sha256: str, key: str, points: list[tuple[float, float]]) -> Segmented:
    predictor = load_predictor(settings.PREDICTOR)
    started = time.perf_counter()
    pixels = decoded.get(sha256=sha256, key=key)
    ready = time.perf_counter()
    prediction = predictor.predict(pixels, np.asarray(points, dtype=np.float64))
    predicted = time.perf_counter()
    rle = masks.encode_crop(prediction.local_mask, prediction.offset, prediction.size)
    return Segmented(
        mask_counts=rle.counts,
        bbox=[float(side) for side in masks.bbox(rle)],
        area=masks.area(rle),
        score=float(prediction.score),
        model_version=predictor.version,
        decode_ms=(ready - started) * 1000,
        model_ms=(predicted - ready) * 1000,
    )
