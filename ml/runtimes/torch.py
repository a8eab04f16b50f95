"""Networks on torch: on a GPU where there is one, on the CPU otherwise."""

import os
import weakref
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.checkpoint import Checkpoint, read_checkpoint
from ml.errors import WeightsRefused
from ml.models import build_network
from ml.predictor import Probability
from ml.runtimes.batcher import Batcher
from ml.runtimes.network import Crops, Forward, NetworkPredictor

# Compiling makes loading a minute slower and every click faster: for workers that stay.
COMPILE_SWITCH = "CARDINAL_TORCH_COMPILE"
COUNTER = "num_batches_tracked"


class TorchForward:
    """One pass of a network on a device. Safe for threads: nothing changes after it was made.

    Channels lie last in memory; on a GPU it computes in half precision. `compiled` has torch make kernels for
    this network and these sizes.
    """

    def __init__(self, network: nn.Module, device: torch.device, *, compiled: bool = False) -> None:
        self._device = device
        network = network.to(device).eval().requires_grad_(False)
        for parameter in network.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        self._network = torch.compile(network) if compiled else network

    def __call__(self, crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        """Answer crops and guidance, see `Forward`."""
        half = self._device.type == "cuda"
        with torch.inference_mode(), torch.autocast(self._device.type, torch.bfloat16, enabled=half):
            logits, quality = self._network(self._planes(crops), self._planes(guidance))
        return logits[:, 0].float().cpu().numpy(), quality.float().cpu().numpy()

    def _planes(self, cells: Crops | Probability) -> Tensor:
        """Return (N, h, w, C) arrays as (N, C, h, w) float tensors, channels last in memory."""
        return torch.from_numpy(cells).to(self._device).permute(0, 3, 1, 2).float()


def network_of(checkpoint: Checkpoint, source: Path) -> nn.Module:
    """Return the network of a weights file, its counters of batches 0 where the file has none.

    Raises `WeightsRefused`, naming a tensor of `source` when names, shapes or types do not fit.
    """
    # Made without memory of its own: a file cannot ask for more than it brings.
    with torch.device("meta"):
        network = build_network(checkpoint.architecture, checkpoint.network)
    wanted = network.state_dict()
    state = {name: torch.zeros((), dtype=torch.long) for name in wanted if name.endswith(COUNTER)}
    state |= {name: _tensor(name, values) for name, values in checkpoint.tensors.items()}
    for name in sorted(wanted.keys() | state.keys()):
        if (fault := _fault(wanted.get(name), state.get(name))) is not None:
            raise WeightsRefused(f"{source} does not fit {checkpoint.architecture}: {name} {fault}.")
    network.load_state_dict(state, assign=True)
    return network


def _tensor(name: str, values: NDArray[np.generic]) -> Tensor:
    # A counter is one number with or without a list round it.
    return torch.from_numpy(values.reshape(()) if name.endswith(COUNTER) and values.size == 1 else values)


def _fault(wanted: Tensor | None, given: Tensor | None) -> str | None:
    if given is None:
        return "is missing"
    if wanted is None:
        return "is not part of it"
    if given.shape != wanted.shape:
        return f"is {tuple(given.shape)} instead of {tuple(wanted.shape)}"
    return None if given.dtype == wanted.dtype else f"has {given.dtype} instead of {wanted.dtype}"


def load_torch_predictor(
    path: Path, *, device: str | None = None, compiled: bool | None = None
) -> NetworkPredictor:
    """Return the predictor of a weights file, warm, on a GPU when there is one.

    `compiled` is what `CARDINAL_TORCH_COMPILE=1` says by default. Raises `WeightsRefused`.
    """
    checkpoint = read_checkpoint(path)
    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if compiled is None:
        compiled = os.environ.get(COMPILE_SWITCH) == "1"
    forward: Forward = TorchForward(network_of(checkpoint, path), chosen, compiled=compiled)
    _warm_up(forward, checkpoint, path)
    batcher = Batcher(forward) if chosen.type == "cuda" else None
    predictor = NetworkPredictor(
        version=checkpoint.identity,
        inputs=checkpoint.input,
        answer=checkpoint.answer,
        forward=batcher or forward,
    )
    if batcher is not None:
        # Its thread would keep the network for ever; it ends when nobody can ask any more.
        weakref.finalize(predictor, batcher.close)
    return predictor


def _warm_up(forward: Forward, checkpoint: Checkpoint, source: Path) -> None:
    """Answer nothing once: the first pass is slow, and shows whether network and input belong together."""
    spec = checkpoint.input
    crops = np.zeros((1, spec.size, spec.size, 3), np.uint8)
    guidance = np.zeros((1, spec.guidance_size, spec.guidance_size, spec.channels), np.float32)
    try:
        forward(crops, guidance)
    except RuntimeError as error:
        first = str(error).splitlines()[0]
        raise WeightsRefused(f"{source} names an input that its network does not take: {first}") from error
