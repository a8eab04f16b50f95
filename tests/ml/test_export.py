"""One small export serves most tests here: making it takes seconds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, numpy_helper

from ml.checkpoint import Checkpoint, header_text, read_checkpoint, write_checkpoint
from ml.cli import main
from ml.errors import WeightsRefused
from ml.export import _compare, _halve, export
from ml.preprocess import InputSpec
from ml.registry import load_predictor
from ml.runtimes.network import AnswerSpec
from ml.runtimes.onnx import OnnxForward
from ml.runtimes.torch import TorchForward, network_of
from tests.ml.models.networks import random_input, settled

LITE = {"backbone": "efficientnet_lite0", "guidance": 3}
INPUT = InputSpec(size=64, guidance="roles", guidance_size=16)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = settled("dextr_lite", LITE, *random_input(4, 64, channels=3, guidance_size=16))
    checkpoint = Checkpoint(
        architecture="dextr_lite",
        network=LITE,
        input=INPUT,
        answer=AnswerSpec(threshold=0.5, paste="logits"),
        version="lite-0",
        licence="Apache-2.0",
        data="nothing",
        metrics={},
        tensors={name: values.numpy() for name, values in network.state_dict().items()},
    )
    path = tmp_path_factory.mktemp("export") / "lite.safetensors"
    write_checkpoint(path, checkpoint, half=True)
    return path


@pytest.fixture(scope="module")
def exported(weights: Path) -> Path:
    assert main(["export", str(weights)]) == 0
    return weights.with_suffix(".onnx")


def test_the_exported_network_answers_as_torch_does(weights: Path, exported: Path) -> None:
    rng = np.random.default_rng(1)
    crops = rng.integers(0, 256, (3, 64, 64, 3), np.uint8)
    guidance = rng.uniform(0, 255, (3, 16, 16, 3)).astype(np.float32)
    here = TorchForward(network_of(read_checkpoint(weights), weights), torch.device("cpu"))
    logits, quality = here(crops, guidance)
    answered_logits, answered_quality = OnnxForward(exported)(crops, guidance)
    assert np.ptp(logits) > 1
    assert answered_logits == pytest.approx(logits, abs=2e-3)
    assert answered_quality == pytest.approx(quality, abs=2e-3)


def test_it_carries_the_header_of_the_weights_and_is_loaded_beside_them(
    weights: Path, exported: Path
) -> None:
    properties = {entry.key: entry.value for entry in onnx.load(exported).metadata_props}
    assert properties["cardinal"] == header_text(read_checkpoint(weights))
    assert sorted(properties) == ["cardinal", "cardinal.graph_sha256"]
    assert load_predictor(exported).version == read_checkpoint(weights).identity


def test_it_is_about_as_large_as_the_weights_stored_in_half_precision(weights: Path, exported: Path) -> None:
    assert exported.stat().st_size < 1.2 * weights.stat().st_size


def test_it_has_no_trace_of_the_machine_that_made_it(exported: Path) -> None:
    content = exported.read_bytes()
    assert str(Path(__file__).parents[2]).encode() not in content
    assert b".py" not in content


def test_nothing_else_is_left_beside_it(weights: Path, exported: Path) -> None:
    assert sorted(path.name for path in weights.parent.iterdir()) == ["lite.onnx", "lite.safetensors"]


def test_a_name_that_nothing_would_find_is_refused_and_nothing_is_overwritten(weights: Path) -> None:
    before = weights.read_bytes()
    with pytest.raises(WeightsRefused, match=r"has to end in \.onnx"):
        export(weights, weights)
    assert weights.read_bytes() == before


def test_a_foreign_file_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "foreign.safetensors").write_bytes(b"nothing of ours")
    assert main(["export", str(tmp_path / "foreign.safetensors")]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("ml: ")
    assert written.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["foreign.safetensors"]


def test_an_input_that_the_network_does_not_take_is_refused_before_the_long_part(
    weights: Path, tmp_path: Path
) -> None:
    wrong = replace(read_checkpoint(weights), input=replace(INPUT, guidance_size=20))
    path = tmp_path / "wrong.safetensors"
    write_checkpoint(path, wrong)
    with pytest.raises(WeightsRefused, match="names an input that its network does not take"):
        export(path)
    assert [file.name for file in tmp_path.iterdir()] == ["wrong.safetensors"]


def test_an_answer_apart_from_torchs_keeps_the_older_file(
    weights: Path, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exported.read_bytes()
    # The long part is left out: the same model, and an expectation that it does not meet.
    monkeypatch.setattr("ml.export._traced", lambda served, sample: onnx.load(exported))
    off = torch.full((1, 32, 32), 1e3), torch.zeros(1)
    monkeypatch.setattr("ml.export._expected", lambda served, sample, source: off)
    with pytest.raises(WeightsRefused, match="answers otherwise than torch: logits by"):
        export(weights)
    assert exported.read_bytes() == before
    assert sorted(path.name for path in weights.parent.iterdir()) == ["lite.onnx", "lite.safetensors"]


@pytest.mark.parametrize(
    ("logit", "quality", "agrees"),
    [
        (10.011, 0.0, True),
        (10.013, 0.0, False),
        (10.0, 0.0019, True),
        (10.0, 0.0021, False),
        (np.nan, 0.0, False),
    ],
)
def test_answers_agree_to_two_thousandths_and_a_thousandth_of_themselves(
    logit: float, quality: float, agrees: bool
) -> None:
    expected = torch.full((1, 2, 2), 10.0), torch.zeros(1)
    answered = np.full((1, 2, 2), logit, np.float32), np.full(1, quality, np.float32)
    if agrees:
        _compare(expected, answered)
    else:
        with pytest.raises(WeightsRefused):
            _compare(expected, answered)


def test_only_what_half_precision_holds_exactly_is_stored_so() -> None:
    exact, rounded = np.arange(256, dtype=np.float32) / 8, np.full(256, 0.1, np.float32)
    few, huge = np.zeros(255, np.float32), np.full(256, 1e6, np.float32)
    arrays = {"exact": exact, "rounded": rounded, "few": few, "huge": huge}
    weights = [numpy_helper.from_array(values, name) for name, values in arrays.items()]
    model = onnx.helper.make_model(onnx.helper.make_graph([], "graph", [], [], weights))
    _halve(model)
    kinds = {weight.name: weight.data_type for weight in model.graph.initializer}
    assert kinds == {
        "exact.half": TensorProto.FLOAT16,
        "rounded": TensorProto.FLOAT,
        "few": TensorProto.FLOAT,
        "huge": TensorProto.FLOAT,
    }
    assert [(node.op_type, *node.input, *node.output) for node in model.graph.node] == [
        ("Cast", "exact.half", "exact")
    ]
