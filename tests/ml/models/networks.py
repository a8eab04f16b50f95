"""Networks with random weights that behave like trained ones."""

from typing import Any

import torch
from torch import Tensor, nn

from ml.models import build_network


def settled(architecture: str, arguments: dict[str, Any], crop: Tensor, guidance: Tensor) -> nn.Module:
    """Return a network whose statistics are those of its inputs, with lively scales, in evaluation.

    Without them a hundred random layers answer the same for everything.
    """
    torch.manual_seed(7)
    network = build_network(architecture, arguments)
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for module in norms:
        nn.init.uniform_(module.weight, 0.5, 1.5)
        nn.init.uniform_(module.bias, -0.3, 0.3)
        module.momentum = 1.0
    with torch.no_grad():
        network.train()(crop, guidance)
    return network.eval()


def random_input(
    count: int, size: int, *, channels: int = 1, guidance_size: int = 0
) -> tuple[Tensor, Tensor]:
    """Return crops, (N, 3, size, size), and guidance, both uniform in 0..255."""
    generator = torch.Generator().manual_seed(3)
    crop = 255 * torch.rand((count, 3, size, size), generator=generator)
    side = guidance_size or size
    return crop, 255 * torch.rand((count, channels, side, side), generator=generator)
