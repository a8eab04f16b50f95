"""The network a run starts from."""

import importlib.util
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ml.checkpoint import read_checkpoint
from ml.errors import DataInvalid
from ml.models import build_network
from ml.models.dextr_lite import DextrLite
from ml.training.config import TrainConfig
from ml.training.optimiser import freeze_early


def network_arguments(config: TrainConfig) -> dict[str, Any]:
    """Return all that `build_network` needs, as the weights file keeps it."""
    return {**config.network.arguments, "guidance": config.input.channels}


def start_network(config: TrainConfig, data: Path) -> nn.Module:
    """Return the configured network with its first weights. A relative path is relative to the data folder.

    Weights of a network with fewer guidance channels will do.

    Raises `DataInvalid` when ImageNet weights cannot be had, or the weights are those of another network;
    `WeightsRefused` for what is no weights file, and for an unknown architecture.
    """
    choice = config.network
    network = build_network(choice.architecture, network_arguments(config))
    if choice.start == "imagenet":
        if not isinstance(network, DextrLite):
            raise DataInvalid(
                f"{choice.architecture} does not start from ImageNet's weights; set network.start to "
                '"random" or a weights file.'
            )
        load_imagenet(network)
    elif choice.start != "random":
        tensors = read_checkpoint(data / choice.start).tensors
        wanted = network.state_dict()
        state = {
            name: _widened(torch.from_numpy(values), wanted.get(name)) for name, values in tensors.items()
        }
        try:
            network.load_state_dict(state)
        except RuntimeError as error:
            raise DataInvalid(
                f"{choice.start} has the weights of another network than configured."
            ) from error
    if choice.frozen:
        freeze_early(network)
    return network


def _widened(given: Tensor, wanted: Tensor | None) -> Tensor:
    """Return kernels with zeros for inputs that the file's network did not have: further guidance comes last.

    The network then begins by answering as that one did.
    """
    if wanted is None or given.ndim < 2 or wanted.ndim != given.ndim or given.shape[1] >= wanted.shape[1]:
        return given
    more = list(given.shape)
    more[1] = wanted.shape[1] - given.shape[1]
    return torch.cat([given, given.new_zeros(more)], dim=1)


def answer_size(network: nn.Module, config: TrainConfig) -> int:
    """Return the side of the network's answer in cells. Raises `DataInvalid` if it cannot take the input."""
    size, guidance = config.input.size, config.input.guidance_size
    network.eval()
    try:
        with torch.no_grad():
            logits, _ = network(
                torch.zeros(1, 3, size, size), torch.zeros(1, config.input.channels, guidance, guidance)
            )
    except RuntimeError as error:
        raise DataInvalid(
            f"{config.network.architecture} does not take crops of {size} with guidance of {guidance} cells; "
            "change input.size or input.guidance_size."
        ) from error
    return int(logits.shape[-1])


def load_imagenet(network: DextrLite) -> None:
    """Fill the encoder with the ImageNet weights that the package of its name carries, or `DataInvalid`."""
    package = f"{network.backbone}_pytorch_model"
    found = importlib.util.find_spec(package)
    files = sorted((Path(found.origin).parent / "models").glob("*.pth")) if found and found.origin else []
    if not files:
        raise DataInvalid(
            f"ImageNet weights of {network.backbone} need the package {package}: install it, or set "
            'network.start to "random" or a weights file.'
        )
    network.encoder.load_imagenet(torch.load(files[0], map_location="cpu", weights_only=True))
