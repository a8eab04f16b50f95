import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ml.checkpoint import read_checkpoint
from ml.cli import main
from ml.convert import convert
from ml.errors import WeightsRefused
from ml.models import build_network
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec
from ml.runtimes.torch import network_of

KEYS = Path(__file__).parents[1] / "golden" / "dextr_checkpoint_keys.json"
State = dict[str, torch.Tensor]


def published(prefix: str = "") -> State:
    """Return a state with the published names and shapes, each tensor full of a number of its own."""
    shapes = json.loads(KEYS.read_text())
    return {
        f"{prefix}{name}": torch.full(shape, 1 + index / 1000)
        for index, (name, shape) in enumerate(shapes.items())
    }


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose files go with the test: they are large."""
    yield tmp_path
    for path in tmp_path.iterdir():
        path.unlink()


def saved(folder: Path, content: object, name: str = "dextr_pascal-sbd.pth") -> Path:
    torch.save(content, folder / name)
    return folder / name


def test_a_published_checkpoint_becomes_a_weights_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = saved(folder, published("module.")), folder / "dextr.safetensors"
    assert main(["convert", str(source), str(target)]) == 0
    read = read_checkpoint(target)
    assert capsys.readouterr().out == f"{target}: {read.identity}, 48,910,849 values\n"
    assert (read.architecture, read.version) == ("dextr", "dextr-pascal-sbd")
    assert read.network == {"backbone": "resnet101", "guidance": 1, "head": "psp"}
    assert (read.input, read.answer) == (InputSpec(), AnswerSpec())
    expected = published()
    assert read.tensors.keys() == expected.keys()
    loaded = network_of(read, target).state_dict()
    assert all(torch.equal(loaded[name], values) for name, values in expected.items())


def test_a_checkpoint_with_the_dilated_head_and_half_precision_is_known_by_its_tensors(folder: Path) -> None:
    network = build_network("dextr", {"backbone": "resnet50", "head": "aspp"})
    state = {name: values.half() for name, values in network.state_dict().items() if values.ndim}
    convert(saved(folder, state, "My ASPP (2).pth"), folder / "aspp.safetensors")
    read = read_checkpoint(folder / "aspp.safetensors")
    assert read.network == {"backbone": "resnet50", "guidance": 1, "head": "aspp"}
    assert read.version == "my-aspp-2"
    assert {str(values.dtype) for values in read.tensors.values()} == {"float32"}


class Malice:
    """Runs a command when it is unpickled without care."""

    def __init__(self, trap: Path) -> None:
        self.trap = trap

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.trap,)


def test_a_pickle_with_code_is_refused_and_not_run(folder: Path) -> None:
    trap, target = folder / "ran", folder / "out.safetensors"
    source = saved(folder, {"conv1.weight": torch.ones(1), "more": Malice(trap)})
    with pytest.raises(WeightsRefused, match=r"holds more than tensors\. None of it was run"):
        convert(source, target)
    assert not trap.exists()
    torch.load(source, weights_only=False)
    assert trap.exists()
    assert not target.exists()


def stem(**more: torch.Tensor) -> State:
    """Return the least that is looked at as a DEXTR of 50 layers."""
    blocks = {f"layer3.{index}.conv1.weight": torch.ones(1) for index in range(6)}
    return {"conv1.weight": torch.ones(64, 4, 7, 7), **blocks, **more}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([torch.ones(1)], "something other than tensors by name"),
        ({"state_dict": {"conv1.weight": torch.ones(1)}}, "something other than tensors by name"),
        ({1: torch.ones(1)}, "something other than tensors by name"),
        ({"conv1.weight": torch.ones(2, 2).to_sparse()}, "something other than tensors by name"),
        ({"conv1.weight": torch.ones(1).expand(10**12)}, "something other than tensors by name"),
        ({}, "no DEXTR checkpoint"),
        ({"conv1.weight": torch.ones(64, 3, 7, 7)}, "no DEXTR checkpoint"),
        ({**stem(), "conv1.weight": torch.ones(64, 3, 7, 7)}, "no DEXTR checkpoint"),
        ({**stem(), "layer3.6.conv1.weight": torch.ones(1)}, "no DEXTR checkpoint"),
        (stem(), r"does not fit dextr: bn1\.bias is missing"),
        ({**stem(), "module.conv1.weight": torch.ones(1)}, "a name twice"),
    ],
)
def test_foreign_content_is_refused_in_one_line(folder: Path, content: object, said: str) -> None:
    source, target = saved(folder, content), folder / "out.safetensors"
    with pytest.raises(WeightsRefused, match=said) as caught:
        convert(source, target)
    assert "\n" not in str(caught.value)
    assert not target.exists()


@pytest.fixture(scope="module")
def small() -> State:
    return dict(build_network("dextr", {"backbone": "resnet50", "head": "aspp"}).state_dict())


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        (
            "layer5.conv2d_list.0.weight",
            torch.ones(1, 2048, 1, 1),
            r"layer5\.conv2d_list\.0\.weight is \(1, 2048, 1, 1\)",
        ),
        ("fc.weight", torch.ones(1), r"fc\.weight is not part of it"),
        ("bn1.bias", torch.ones(64, dtype=torch.int32), r"bn1\.bias has torch\.int32"),
        ("bn1.bias", torch.full((64,), float("nan")), r"not finite, in bn1\.bias"),
    ],
)
def test_names_shapes_types_and_values_have_to_fit(
    folder: Path, small: State, name: str, values: torch.Tensor, said: str
) -> None:
    source, target = saved(folder, {**small, name: values}), folder / "out.safetensors"
    with pytest.raises(WeightsRefused, match=said):
        convert(source, target)
    assert not target.exists()


@pytest.mark.parametrize("raw", [b"", b"hello", b"PK\x03\x04" + bytes(100)])
def test_files_of_other_kinds_and_none_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], raw: bytes
) -> None:
    source, target = folder / "other.pth", folder / "out.safetensors"
    assert main(["convert", str(source), str(target)]) == 2
    assert capsys.readouterr().err == f"ml: There is no checkpoint {source}.\n"
    source.write_bytes(raw)
    assert main(["convert", str(source), str(target)]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"ml: {source} is ")
    assert message.count("\n") == 1
    assert not target.exists()


def test_a_result_that_nothing_would_find_is_refused(folder: Path) -> None:
    source = saved(folder, {})
    with pytest.raises(WeightsRefused, match=r"out\.onnx has to end in \.safetensors"):
        convert(source, folder / "out.onnx")
    assert list(folder.iterdir()) == [source]


def test_half_a_file_is_refused(folder: Path) -> None:
    source = saved(folder, stem())
    source.write_bytes(source.read_bytes()[:-300])
    with pytest.raises(WeightsRefused, match="Fetch it again"):
        convert(source, folder / "out.safetensors")


def test_an_older_result_stays_when_a_new_one_is_refused(folder: Path) -> None:
    target = folder / "out.safetensors"
    target.write_bytes(b"older")
    with pytest.raises(WeightsRefused):
        convert(saved(folder, {"conv1.weight": torch.ones(1)}), target)
    assert target.read_bytes() == b"older"
    assert sorted(path.name for path in folder.iterdir()) == ["dextr_pascal-sbd.pth", "out.safetensors"]


def test_a_folder_that_is_not_there_is_one_line(
    folder: Path, small: State, capsys: pytest.CaptureFixture[str]
) -> None:
    source = saved(folder, small)
    assert main(["convert", str(source), str(folder / "nowhere" / "out.safetensors")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert list(folder.iterdir()) == [source]
