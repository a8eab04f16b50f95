"""Clicks that arrive together share one pass of the network: what a GPU is good at."""

import atexit
import queue
import threading
import time
from concurrent.futures import Future
from typing import NamedTuple

import numpy as np

from ml.predictor import Probability
from ml.runtimes.network import Crops, Forward

Answer = tuple[Probability, Probability]
# How long the first click of a batch waits for company, and how many share a pass.
WINDOW_SECONDS = 0.003
LARGEST = 16


class _Call(NamedTuple):
    crops: Crops
    guidance: Probability
    answer: "Future[Answer]"


class Batcher:
    """A `Forward` that collects concurrent calls into one call of another. Safe for threads.

    A batch is full at `largest` crops, and `window_seconds` after its first call it goes as it is. An error
    of the pass reaches every caller of its batch. `close`, or the end of the program, lets calls that came
    before it be answered and refuses later ones.
    """

    def __init__(
        self, forward: Forward, *, largest: int = LARGEST, window_seconds: float = WINDOW_SECONDS
    ) -> None:
        self._forward, self._largest, self._window = forward, largest, window_seconds
        self._waiting: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._lock, self._closed = threading.Lock(), False
        # A daemon, for else a program would wait for it before the function below is called.
        self._thread = threading.Thread(target=self._work, name="segment-batches", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def __call__(self, crops: Crops, guidance: Probability) -> Answer:
        """Answer crops and guidance, see `Forward`."""
        call = _Call(crops, guidance, Future())
        with self._lock:
            if self._closed:
                raise RuntimeError("The batcher is closed.")
            self._waiting.put(call)
        return call.answer.result()

    def close(self) -> None:
        """Answer what waits and stop. May be called again."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()
        atexit.unregister(self.close)

    def _work(self) -> None:
        # Nothing comes behind the end that `close` puts.
        while (first := self._waiting.get()) is not None:
            batch, over = self._gather(first)
            self._answer(batch)
            if over:
                return

    def _gather(self, first: _Call) -> tuple[list[_Call], bool]:
        """Return a batch, and whether the end came behind it."""
        batch, crops = [first], len(first.crops)
        until = time.monotonic() + self._window
        while crops < self._largest:
            try:
                call = self._waiting.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if call is None:
                return batch, True
            batch.append(call)
            crops += len(call.crops)
        return batch, False

    def _answer(self, batch: list[_Call]) -> None:
        try:
            logits, quality = self._forward(
                np.concatenate([call.crops for call in batch]),
                np.concatenate([call.guidance for call in batch]),
            )
            stops = np.cumsum([len(call.crops) for call in batch])[:-1]
            parts = list(zip(np.split(logits, stops), np.split(quality, stops), strict=True))
        # Whatever went wrong belongs to those who asked; the thread lives on for the next ones.
        except BaseException as error:
            for call in batch:
                call.answer.set_exception(error)
            return
        for call, part in zip(batch, parts, strict=True):
            call.answer.set_result(part)
