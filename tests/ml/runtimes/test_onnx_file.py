from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, helper

from ml.errors import WeightsRefused
from ml.runtimes.onnx_file import graph_sha256, read_onnx
from tests.ml.runtimes.onnx_files import CHECKPOINT, brightness, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "little.onnx"


def test_an_exported_file_is_read_with_the_checkpoint_it_was_made_from(path: Path) -> None:
    write(path, brightness())
    file = read_onnx(path)
    assert file.content == path.read_bytes()
    assert file.checkpoint == CHECKPOINT


def test_the_hash_is_that_of_the_graph_alone() -> None:
    model = brightness()
    before = graph_sha256(model.SerializeToString())
    model.producer_name = "somebody"
    helper.set_model_props(model, {"more": "words"})
    assert graph_sha256(model.SerializeToString()) == before
    assert graph_sha256(brightness(margin=99).SerializeToString()) != before


def test_a_flipped_bit_of_a_weight_is_found(path: Path) -> None:
    content = bytearray(write(path, brightness(margin=100)).read_bytes())
    place = content.index(np.float32(100).tobytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert onnx.load(path).graph.initializer[1].float_data[0] != 100
    with pytest.raises(WeightsRefused, match="damaged: its graph does not match its hash"):
        read_onnx(path)


def test_a_file_cut_anywhere_is_refused(path: Path) -> None:
    content = write(path, brightness()).read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(WeightsRefused):
            read_onnx(path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x80" * 11, id="a number without end"),
        pytest.param(b"\x73", id="a kind of field that does not exist"),
        pytest.param(b"\x70\x01", id="properties that are a number"),
        pytest.param(b"\x72\x06\x0a\x02\xff\xfe\x12\x00", id="a name that is no text"),
        pytest.param(b"\x3a\xff\xff\xff\xff\x7f", id="a graph longer than the file"),
    ],
)
def test_bytes_that_are_no_onnx_are_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(WeightsRefused, match="no ONNX file, or a damaged one"):
        read_onnx(path)


@pytest.mark.parametrize("content", [b"", b"\x08\x0a"])
def test_an_onnx_file_of_others_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(WeightsRefused, match="not made by `python -m ml export`: it carries no header"):
        read_onnx(path)


def test_a_file_that_is_not_there_is_refused(path: Path) -> None:
    with pytest.raises(WeightsRefused, match="No such file"):
        read_onnx(path)


def test_a_header_that_cannot_be_used_is_refused(path: Path) -> None:
    model = brightness()
    helper.set_model_props(
        model,
        {
            "cardinal": '{"format": 2}',
            "cardinal.graph_sha256": graph_sha256(model.SerializeToString()),
        },
    )
    path.write_bytes(model.SerializeToString())
    with pytest.raises(WeightsRefused, match="Update Cardinal"):
        read_onnx(path)


def outside(tensor: TensorProto) -> TensorProto:
    """Move a tensor's values into another file."""
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="secret.bin")
    return tensor


def weights_outside(model: ModelProto) -> None:
    outside(model.graph.initializer[1])


def weights_outside_without_saying_so(model: ModelProto) -> None:
    outside(model.graph.initializer[1]).ClearField("data_location")


def constant_outside(model: ModelProto) -> None:
    value = outside(helper.make_tensor("value", TensorProto.FLOAT, [1], [1.0]))
    model.graph.node.append(helper.make_node("Constant", [], ["far"], value=value))


def sparse_weights(model: ModelProto) -> None:
    values = helper.make_tensor("sparse", TensorProto.FLOAT, [1], [1.0])
    places = helper.make_tensor("places", TensorProto.INT64, [1], [0])
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, places, [9]))


def sparse_constant(model: ModelProto) -> None:
    values = helper.make_tensor("sparse", TensorProto.FLOAT, [1], [1.0])
    places = helper.make_tensor("places", TensorProto.INT64, [1], [0])
    sparse = helper.make_sparse_tensor(values, places, [9])
    model.graph.node.append(helper.make_node("Constant", [], ["thin"], sparse_value=sparse))


def loop(model: ModelProto) -> None:
    body = helper.make_graph([], "body", [], [])
    model.graph.node.append(helper.make_node("Loop", [], ["round"], body=body))


def foreign_operator(model: ModelProto) -> None:
    model.graph.node.append(helper.make_node("Run", [], ["ran"], domain="org.example"))


def foreign_operators(model: ModelProto) -> None:
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def functions(model: ModelProto) -> None:
    nodes = [helper.make_node("Identity", ["a"], ["b"])]
    opset = [helper.make_opsetid("", 18)]
    model.functions.append(helper.make_function("", "Own", ["a"], ["b"], nodes, opset))


def training(model: ModelProto) -> None:
    model.training_info.add()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (weights_outside, "its weights lie in another file"),
        (weights_outside_without_saying_so, "its weights lie in another file"),
        (constant_outside, "its weights lie in another file"),
        (sparse_weights, "it has sparse weights"),
        (sparse_constant, "it has sparse weights"),
        (loop, "it has a graph within a graph"),
        (foreign_operator, "it asks for operators outside the standard"),
        (foreign_operators, "it asks for operators outside the standard"),
        (functions, "it brings functions"),
        (training, "it brings functions"),
    ],
)
def test_whatever_the_exporter_does_not_write_is_refused_with_a_right_hash_too(
    path: Path, change: Callable[[ModelProto], None], words: str
) -> None:
    model = brightness()
    change(model)
    write(path, model)
    with pytest.raises(WeightsRefused, match=f"not made by `python -m ml export`: {words}"):
        read_onnx(path)


def test_a_second_graph_behind_the_first_is_checked_and_hashed_as_well(path: Path) -> None:
    first = write(path, brightness()).read_bytes()
    more = ModelProto()
    more.graph.node.append(helper.make_node("Identity", ["logits"], ["other"]))
    path.write_bytes(first + more.SerializeToString())
    assert len(onnx.load(path).graph.node) == 5
    with pytest.raises(WeightsRefused, match="does not match its hash"):
        read_onnx(path)
