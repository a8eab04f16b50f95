"""ONNX files as `python -m ml export` writes them, with a network that a person can compute."""

from dataclasses import replace
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from ml.checkpoint import HEADER, Checkpoint, header_text
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec
from ml.runtimes.onnx_file import GRAPH_HASH, graph_sha256

SIZE, GUIDANCE_SIZE = 8, 4
CHECKPOINT = Checkpoint(
    architecture="dextr_lite",
    network={},
    input=InputSpec(
        size=SIZE, guidance_size=GUIDANCE_SIZE, guidance="extreme_points", relax_pixels=0, truncate=False
    ),
    answer=AnswerSpec(threshold=0.5, paste="logits"),
    version="brightness-1",
    licence="Apache-2.0",
    data="nothing",
    metrics={},
    tensors={},
    sha256="5" * 64,
)


def brightness(*, margin: float = 100) -> onnx.ModelProto:
    """Return a network whose logits are the red values less `margin`; its quality is the guidance's mean."""
    crop = helper.make_tensor_value_info("crop", TensorProto.UINT8, [1, SIZE, SIZE, 3])
    clicks = [1, GUIDANCE_SIZE, GUIDANCE_SIZE, 1]
    guidance = helper.make_tensor_value_info("guidance", TensorProto.FLOAT, clicks)
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, SIZE, SIZE])
    quality = helper.make_tensor_value_info("quality", TensorProto.FLOAT, [1])
    nodes = [
        helper.make_node("Cast", ["crop"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["pixels", "first"], ["red"], axis=3),
        helper.make_node("Sub", ["red", "margin"], ["logits"]),
        helper.make_node("ReduceMean", ["guidance", "axes"], ["quality"], keepdims=0),
    ]
    weights = [
        helper.make_tensor("first", TensorProto.INT64, [], [0]),
        helper.make_tensor("margin", TensorProto.FLOAT, [1], [margin]),
        helper.make_tensor("axes", TensorProto.INT64, [3], [1, 2, 3]),
    ]
    graph = helper.make_graph(nodes, "brightness", [crop, guidance], [logits, quality], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def write(path: Path, model: onnx.ModelProto, checkpoint: Checkpoint = CHECKPOINT) -> Path:
    """Write a model with the properties that the exporter gives."""
    header = header_text(replace(checkpoint, tensors={}))
    helper.set_model_props(model, {HEADER: header, GRAPH_HASH: graph_sha256(model.SerializeToString())})
    path.write_bytes(model.SerializeToString())
    return path
