"""From a published DEXTR checkpoint to a weights file of ours."""

import pickle
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from ml.checkpoint import SUFFIX, Checkpoint, write_checkpoint
from ml.errors import WeightsRefused
from ml.models.dextr import DEPTHS
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec
from ml.runtimes.torch import network_of

# Blocks in layer3, the one number that tells the depths apart.
_BACKBONES = {depths[2]: name for name, depths in DEPTHS.items()}
# What networks that were trained on several GPUs put before every name.
_PREFIX = "module."
_CHANNELS = 4


def convert(source: Path, target: Path) -> Checkpoint:
    """Write the published weights in `source` to `target` and return what was written.

    Every name and shape has to fit. Raises `WeightsRefused` for files that hold anything else; nothing in
    the file is run.
    """
    if target.suffix != SUFFIX:
        raise WeightsRefused(f"{target} has to end in {SUFFIX}, or nothing will find it.")
    state = _state(source)
    checkpoint = Checkpoint(
        architecture="dextr",
        network=_arguments(state, source),
        input=InputSpec(),
        answer=AnswerSpec(),
        version=re.sub(r"[^a-z0-9.]+", "-", source.stem.lower()).strip("-.")[:80] or "dextr",
        licence="as the checkpoint's authors state",
        data="as the checkpoint's authors state",
        metrics={},
        tensors={name: values.numpy() for name, values in state.items()},
    )
    network_of(checkpoint, source)
    return replace(checkpoint, sha256=write_checkpoint(target, checkpoint))


def _state(source: Path) -> dict[str, Tensor]:
    """Return the tensors by name, floating ones as float32."""
    try:
        # Only tensors and plain containers are unpickled; a file that asks for code is refused.
        loaded = torch.load(source, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise WeightsRefused(f"There is no checkpoint {source}.") from error
    except pickle.UnpicklingError as error:
        raise WeightsRefused(
            f"{source} is damaged or holds more than tensors. None of it was run."
        ) from error
    # A file of another kind, or half a file, fails in as many ways as there are formats.
    except Exception as error:
        raise WeightsRefused(f"{source} is no checkpoint, or a damaged one. Fetch it again.") from error
    if not isinstance(loaded, Mapping) or not all(
        isinstance(name, str) and isinstance(values, Tensor) and _is_whole(values)
        for name, values in loaded.items()
    ):
        raise WeightsRefused(f"{source} holds something other than tensors by name.")
    state = {name.removeprefix(_PREFIX): values.detach() for name, values in loaded.items()}
    if len(state) < len(loaded):
        raise WeightsRefused(f"{source} has a name twice, with and without {_PREFIX!r}.")
    return {name: values.float() if values.is_floating_point() else values for name, values in state.items()}


def _is_whole(values: Tensor) -> bool:
    """Return whether a file holds every value of a tensor, and not one value for many."""
    dense = values.layout == torch.strided and not values.is_quantized
    return dense and values.numel() * values.element_size() <= values.untyped_storage().nbytes()


def _arguments(state: Mapping[str, Tensor], source: Path) -> dict[str, str | int]:
    stem = state.get("conv1.weight")
    blocks = len({name.split(".")[1] for name in state if name.startswith("layer3.")})
    if stem is None or stem.ndim != 4 or stem.shape[1] != _CHANNELS or blocks not in _BACKBONES:
        raise WeightsRefused(f"{source} is no DEXTR checkpoint: its layers are others.")
    head = "aspp" if any(name.startswith("layer5.conv2d_list.") for name in state) else "psp"
    return {"backbone": _BACKBONES[blocks], "guidance": _CHANNELS - 3, "head": head}
