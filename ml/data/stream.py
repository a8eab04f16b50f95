"""The endless stream of batches that training draws from.

Example number i depends on the seed and on i alone. A run that was killed goes on with the number it had come
to, and several processes share the numbers among them.
"""

from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.data.augment import AugmentConfig, augmented, pasted
from ml.data.examples import ClickConfig, Example, make_example
from ml.data.objects import ObjectEntry, ObjectFiles
from ml.preprocess import InputSpec

# Batches that are being made while a step computes, and by how many threads.
AHEAD = 3
THREADS = 2


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an example is made from an object, and which objects are drawn how often."""

    entries: Sequence[ObjectEntry]
    weights: NDArray[np.float64]
    inputs: InputSpec
    answer_size: int
    augment: AugmentConfig
    clicks: ClickConfig
    seed: int


def example(recipe: Recipe, files: ObjectFiles, number: int) -> Example:
    """Return example `number` of the stream."""
    rng = np.random.default_rng([recipe.seed, number])
    entry = recipe.entries[int(rng.choice(len(recipe.entries), p=recipe.weights))]
    # A network that sees whole pictures when it serves learns from whole ones.
    whole = recipe.inputs.region == "full_image"
    view = augmented(files.load(entry), recipe.augment, rng, whole=whole)
    if rng.random() < recipe.augment.paste:
        # What is not to be drawn is not to be seen in the background either.
        drawable = np.flatnonzero(recipe.weights)
        other = recipe.entries[drawable[rng.integers(drawable.size)]]
        view = pasted(view, files.load(other).image, rng)
    return make_example(view, recipe.inputs, recipe.clicks, answer_size=recipe.answer_size, rng=rng)


def batches(
    recipe: Recipe, files: ObjectFiles, *, batch: int, first_step: int = 0, rank: int = 0, world: int = 1
) -> Generator[list[Example], None, None]:
    """Yield the batches of one process from `first_step` on, made ahead by threads; close it when done.

    Step s of process r takes the examples from (s * world + r) * batch on.
    """
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="examples")
    waiting: deque[list[Future[Example]]] = deque()
    step = first_step
    try:
        while True:
            while len(waiting) < AHEAD:
                start = (step * world + rank) * batch
                waiting.append([pool.submit(example, recipe, files, start + index) for index in range(batch)])
                step += 1
            yield [future.result() for future in waiting.popleft()]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
