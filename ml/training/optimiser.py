"""Steps: which parameters learn how fast, when, and the running average of them that is kept."""

import copy
import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from ml.models.dextr_lite import DextrLite
from ml.training.config import OptimiserConfig, ScheduleConfig


def trainable(network: nn.Module) -> list[nn.Parameter]:
    """Return the parameters that take gradients."""
    return [parameter for parameter in network.parameters() if parameter.requires_grad]


def freeze_early(network: nn.Module) -> None:
    """Hold the stem and the first two stages of a `DextrLite` as they are; others have no such stages."""
    if not isinstance(network, DextrLite):
        return
    network.frozen = True
    network.encoder.stem.requires_grad_(False)
    for stage in network.encoder.stages[:2]:
        stage.requires_grad_(False)


def build_optimiser(network: nn.Module, config: OptimiserConfig) -> torch.optim.AdamW:
    """Return AdamW with the encoder at its own rate, and no decay of biases and normalisations."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            rate = config.encoder_rate if name.startswith("encoder.") else config.rate
            decay = config.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [
            {"params": parameters, "lr": rate, "rate": rate, "weight_decay": decay}
            for (rate, decay), parameters in groups.items()
        ],
        foreach=True,
    )


def rate_factor(step: int, config: ScheduleConfig) -> float:
    """Return what rates are multiplied by at a step: a linear warm-up, then half a cosine."""
    if step < config.warmup:
        return (step + 1) / config.warmup
    done = (step - config.warmup) / max(1, config.steps - config.warmup)
    return config.last_rate + (1 - config.last_rate) * (1 + math.cos(math.pi * min(1.0, done))) / 2


class RunningAverage:
    """A copy of a network whose parameters and statistics trail behind those being trained."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Take over a share of the network after step number `step`, more of it at the beginning."""
        decay = min(self._decay, (1 + step) / (10 + step))
        kept, new = _floats(self.network.state_dict().values()), _floats(network.state_dict().values())
        torch._foreach_lerp_(kept, new, 1 - decay)


def _floats(tensors: Iterable[Tensor]) -> list[Tensor]:
    return [tensor for tensor in tensors if tensor.is_floating_point()]
