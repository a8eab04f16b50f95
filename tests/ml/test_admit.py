"""Weights from outside: ready to serve, or refused by name."""

import json
from pathlib import Path

import pytest
import torch

from ml.checkpoint import read_checkpoint
from ml.cli import main
from ml.models import build_network
from ml.registry import load_predictor, read_predictor
from tests.ml.training.small import new_run


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a small network."""
    folder = tmp_path_factory.mktemp("small")
    new_run(folder, schedule={"steps": 1, "validate_every": 1}).train(lambda report: None)
    return folder / "out" / "last.safetensors"


def admitted(source: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    status = main(["admit", str(source), str(folder)])
    (line,) = capsys.readouterr().out.splitlines()
    return status, json.loads(line)


def test_a_weights_file_is_kept_to_the_byte_and_gets_its_export(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = admitted(weights, tmp_path, capsys)
    checkpoint = read_checkpoint(weights)
    assert (status, said) == (
        0,
        {
            "version": "small-0.1",
            "architecture": "dextr_lite",
            "licence": checkpoint.licence,
            "data": checkpoint.data,
            "weights": "weights.safetensors",
            "exported": "weights.onnx",
            "sha256": checkpoint.sha256,
        },
    )
    made = tmp_path / "weights.safetensors"
    assert made.read_bytes() == weights.read_bytes()
    assert read_predictor(made).version == checkpoint.identity
    assert read_predictor(made) is not read_predictor(made)
    assert load_predictor(made) is load_predictor(made)


def test_a_published_checkpoint_is_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(0)
    network = build_network("dextr", {"backbone": "resnet50", "head": "psp"})
    source = tmp_path / "upload.pth"
    torch.save(network.state_dict(), source)
    status, said = admitted(source, tmp_path, capsys)
    assert (status, said["architecture"], said["version"]) == (0, "dextr", "upload")
    assert (tmp_path / "weights.onnx").exists()


@pytest.mark.parametrize("name", ["upload.safetensors", "upload.pth", "upload.txt"])
def test_what_cannot_serve_is_refused_in_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(b"no weights")
    status, said = admitted(tmp_path / name, tmp_path, capsys)
    assert (status, said["code"]) == (3, "weights_refused")
    assert [path.name for path in tmp_path.iterdir()] == [name]
