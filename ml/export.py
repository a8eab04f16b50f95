"""From a weights file to the ONNX file beside it, which serves without torch."""

import logging
import os
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from ml.checkpoint import HEADER, Checkpoint, header_text, read_checkpoint
from ml.errors import WeightsRefused
from ml.runtimes.onnx import INPUTS, OUTPUTS, SUFFIX, OnnxForward
from ml.runtimes.onnx_file import GRAPH_HASH, graph_sha256
from ml.runtimes.torch import network_of

OPSET = 18
# So far may an answer be from torch's, which sums in another order: absolute, and as a share of it.
TOLERANCE, SHARE = 2e-3, 1e-3
# Arrays with fewer values are not worth a cast.
FEW = 256


class _Served(nn.Module):
    """A network that takes arrays as numpy has them: (N, h, w, C), bytes for pixels."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, crop: Tensor, guidance: Tensor) -> tuple[Tensor, Tensor]:
        logits, quality = self.network(crop.permute(0, 3, 1, 2).float(), guidance.permute(0, 3, 1, 2))
        return logits[:, 0], quality


def export(source: Path, target: Path | None = None) -> Path:
    """Write the ONNX file of a weights file, beside it unless said otherwise, and return its path.

    What it answers is compared with torch before it takes the place of an older one. Raises `WeightsRefused`.
    """
    target = target or source.with_suffix(SUFFIX)
    if target.suffix != SUFFIX:
        raise WeightsRefused(f"{target} has to end in {SUFFIX}, or nothing will find it.")
    checkpoint = read_checkpoint(source)
    served = _Served(network_of(checkpoint, source)).eval()
    sample = _sample(checkpoint)
    expected = _expected(served, sample, source)
    model = _traced(served, sample)
    _strip(model)
    _halve(model)
    properties = {HEADER: header_text(checkpoint), GRAPH_HASH: graph_sha256(model.SerializeToString())}
    helper.set_model_props(model, properties)
    temporary = target.with_name(f"{target.name}.part")
    try:
        temporary.write_bytes(model.SerializeToString())
        _compare(expected, OnnxForward(temporary)(sample[0].numpy(), sample[1].numpy()))
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _sample(checkpoint: Checkpoint) -> tuple[Tensor, Tensor]:
    spec, noise = checkpoint.input, np.random.default_rng(0)
    crop = noise.integers(0, 256, (1, spec.size, spec.size, 3), np.uint8)
    guidance = noise.uniform(0, 255, (1, spec.guidance_size, spec.guidance_size, spec.channels))
    return torch.from_numpy(crop), torch.from_numpy(guidance.astype(np.float32))


def _expected(served: nn.Module, sample: tuple[Tensor, Tensor], source: Path) -> tuple[Tensor, Tensor]:
    try:
        with torch.inference_mode():
            logits, quality = served(*sample)
    except RuntimeError as error:
        first = str(error).splitlines()[0]
        raise WeightsRefused(f"{source} names an input that its network does not take: {first}") from error
    return logits, quality


def _traced(served: nn.Module, sample: tuple[Tensor, Tensor]) -> onnx.ModelProto:
    # The exporter warns of its own insides, and of packages that nobody needs here.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            served,
            sample,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    if program is None:
        raise WeightsRefused("torch made no ONNX program of this network.")
    return program.model_proto


def _strip(model: onnx.ModelProto) -> None:
    """Take out what only says how the file came about: source lines, with paths of this machine."""
    graph = model.graph
    for part in (*graph.node, *graph.initializer, *graph.input, *graph.output, graph):
        del part.metadata_props[:]
        part.ClearField("doc_string")
    del graph.value_info[:]


def _halve(model: onnx.ModelProto) -> None:
    """Store float32 weights that float16 holds exactly as such; a cast, computed once, brings them back."""
    casts = []
    for weights in model.graph.initializer:
        if weights.data_type != TensorProto.FLOAT or np.prod(weights.dims) < FEW:
            continue
        name, values = weights.name, numpy_helper.to_array(weights)
        with np.errstate(over="ignore"):
            halved = values.astype(np.float16)
        if not np.array_equal(halved, values):
            continue
        weights.CopyFrom(numpy_helper.from_array(halved, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    for index, cast in enumerate(casts):
        model.graph.node.insert(index, cast)


def _compare(expected: tuple[Tensor, Tensor], answered: tuple[np.ndarray, np.ndarray]) -> None:
    for name, wanted, given in zip(OUTPUTS, expected, answered, strict=True):
        if not np.allclose(given, wanted.numpy(), rtol=SHARE, atol=TOLERANCE):
            difference = float(np.abs(given - wanted.numpy()).max())
            raise WeightsRefused(
                f"The exported network answers otherwise than torch: {name} by {difference:.3g}."
            )
