"""`python -m ml` on a machine whose memory holds so many objects a process: CARDINAL_TEST_HOLDS of them."""

import os
import sys

import torch

from ml.cli import main
from ml.data.examples import Example
from ml.training.learner import Learner

real = Learner.step


def step(learner: Learner, examples: list[Example], number: int) -> tuple[float, float]:
    """Fail in the last process alone, where the batch is larger than its memory."""
    last = learner.processes.rank == learner.processes.world - 1
    if last and len(examples) > int(os.environ["CARDINAL_TEST_HOLDS"]):
        raise torch.OutOfMemoryError("CUDA out of memory")
    return real(learner, examples, number)


if __name__ == "__main__":
    Learner.step = step  # type: ignore[method-assign]
    sys.exit(main(sys.argv[1:]))
