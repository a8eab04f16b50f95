"""One training step: from a batch to changed weights."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from ml.data.examples import Example
from ml.errors import LossNotFinite
from ml.losses import jaccard_loss, overlaps, pixel_loss, quality_loss
from ml.training.config import TrainConfig
from ml.training.corrections import corrected, stacked
from ml.training.distributed import Processes
from ml.training.optimiser import RunningAverage, build_optimiser, rate_factor, trainable


class Learner:
    """A network, its optimiser and its running average, which a step changes together.

    What a step does depends on them, on its batch and on its number alone: whatever is random is drawn from
    the number. So a run that was killed can repeat it.
    """

    def __init__(self, network: nn.Module, config: TrainConfig, processes: Processes) -> None:
        self.network, self.config, self.processes = network, config, processes
        self.average = RunningAverage(network, config.optimiser.average_decay)
        self.optimiser = build_optimiser(network, config.optimiser)

    def step(self, examples: list[Example], step: int) -> tuple[float, float]:
        """Learn from a batch; return its loss and mean intersection over union before the step.

        Raises `LossNotFinite`, with the weights left as they were, when training has become unstable.
        """
        config = self.config
        torch.manual_seed(_number([config.seed, step, self.processes.rank]))
        factor = rate_factor(step, config.schedule)
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * factor
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        logits, truth, loss = self._backward(examples, step, share=1.0)
        overlap = float(overlaps(logits, truth).mean())
        if step >= config.corrections.start * config.schedule.steps:
            self._learn_corrections(examples, logits, truth, step)
        self.processes.average_gradients(self.network)
        length = nn.utils.clip_grad_norm_(trainable(self.network), config.optimiser.clip_norm)
        if not torch.isfinite(length):
            raise _unstable("gradient", float(length), step)
        self.optimiser.step()
        self.average.update(self.network, step)
        return loss, overlap

    @property
    def rate(self) -> float:
        """The learning rate of new layers in the last step."""
        highest = self.config.optimiser.rate
        return next(
            (group["lr"] for group in self.optimiser.param_groups if group["rate"] == highest), highest
        )

    def _backward(self, examples: list[Example], step: int, *, share: float) -> tuple[Tensor, Tensor, float]:
        config = self.config.loss
        crops, guidance, truth = stacked(examples, self.processes.device)
        with self.processes.autocast():
            logits, quality = self.network(crops, guidance)
        logits, quality = logits.float(), quality.float()
        loss: Tensor = (
            config.pixel_weight * pixel_loss(logits, truth, config.pixel)
            + config.jaccard_weight * jaccard_loss(logits, truth)
            + config.quality_weight * quality_loss(quality, logits, truth)
        )
        value = loss.item()
        if not torch.isfinite(loss):
            raise _unstable("loss", value, step)
        (share * loss).backward()  # type: ignore[no-untyped-call]
        return logits.detach(), truth, value

    def _learn_corrections(self, examples: list[Example], logits: Tensor, truth: Tensor, step: int) -> None:
        """Click on what the network got wrong and learn from its answers to those clicks as well."""
        config = self.config.corrections
        for turn in range(config.rounds):
            seed = [self.config.seed, step, self.processes.rank, turn]
            examples = corrected(examples, logits, truth, spec=self.config.input, config=config, seed=seed)
            if not examples:
                return
            share = config.weight * len(examples) / self.config.schedule.batch
            with _statistics_kept(self.network):
                logits, truth, _ = self._backward(examples, step, share=share)
            if turn + 1 < config.rounds and _number(seed) / 2**63 >= config.again:
                return


@contextmanager
def _statistics_kept(network: nn.Module) -> Iterator[None]:
    """Keep running statistics as they are: a few hard objects are not what serving will see."""
    normalisations = [part for part in network.modules() if isinstance(part, nn.BatchNorm2d)]
    before = [part.momentum for part in normalisations]
    for part in normalisations:
        part.momentum = 0.0
    try:
        yield
    finally:
        for part, momentum in zip(normalisations, before, strict=True):
            part.momentum = momentum


def _unstable(what: str, value: float, step: int) -> LossNotFinite:
    return LossNotFinite(
        f"The {what} is {value} at step {step}: training has become unstable. Start again with another seed "
        "or with lower rates; what was saved before is kept."
    )


def _number(parts: list[int]) -> int:
    """Return a number below 2 ** 63 that depends on the parts alone and looks random."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
