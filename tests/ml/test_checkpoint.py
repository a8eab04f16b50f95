import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from ml.checkpoint import Checkpoint, read_checkpoint, tensors_sha256, write_checkpoint
from ml.errors import WeightsRefused
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec

TENSORS = {
    "stem.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 7,
    "stem.bias": np.array([0.5, -2], np.float32),
    "stem.count": np.array(3, np.int64),
}
CHECKPOINT = Checkpoint(
    architecture="dextr_lite",
    network={"backbone": "efficientnet_lite0", "guidance": 3},
    input=InputSpec(size=256, guidance="roles", guidance_size=64, relax_share=0.15, truncate=False),
    answer=AnswerSpec(threshold=0.5, slack_share=0.04, paste="logits", quality_scale=1.2),
    version="little-1.2",
    licence="Apache-2.0",
    data="three discs",
    metrics={"tune_iou": 0.91},
    tensors=TENSORS,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "little.safetensors"


def parts(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return header and tensors of a file as they are, unchecked."""
    raw = path.read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    return json.loads(json.loads(raw[8 : 8 + length])["__metadata__"]["cardinal"]), load_file(path)


def rewrite(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the header and leave the tensors."""
    header, tensors = parts(path)
    change(header)
    save_file(tensors, path, metadata={"cardinal": json.dumps(header)})


def test_what_is_written_is_read_again(path: Path) -> None:
    digest = write_checkpoint(path, CHECKPOINT)
    read = read_checkpoint(path)
    assert replace(read, tensors={}, sha256="") == replace(CHECKPOINT, tensors={})
    assert read.sha256 == digest == tensors_sha256(TENSORS)
    assert read.identity == f"little-1.2+{digest[:8]}"
    assert {name: values.dtype for name, values in read.tensors.items()} == {
        name: values.dtype for name, values in TENSORS.items()
    }
    assert all(np.array_equal(read.tensors[name], values) for name, values in TENSORS.items())


def test_half_the_bytes_come_back_as_float32_near_the_values(path: Path) -> None:
    write_checkpoint(path, CHECKPOINT, half=True)
    _, stored = parts(path)
    assert {name: str(values.dtype) for name, values in stored.items()} == {
        "stem.weight": "float16",
        "stem.bias": "float16",
        "stem.count": "int64",
    }
    weight = read_checkpoint(path).tensors["stem.weight"]
    assert weight.dtype == np.float32
    assert np.array_equal(weight, TENSORS["stem.weight"].astype(np.float16).astype(np.float32))


def test_what_float16_cannot_hold_stays_float32(path: Path) -> None:
    large = np.array([70_000, 1], np.float32)
    write_checkpoint(path, replace(CHECKPOINT, tensors={"norm.running_var": large}), half=True)
    assert read_checkpoint(path).tensors["norm.running_var"].tolist() == [70_000, 1]


def test_arrays_in_another_order_than_c_keep_their_values(path: Path) -> None:
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    write_checkpoint(path, replace(CHECKPOINT, tensors={"turned": turned}))
    assert read_checkpoint(path).tensors["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]


def test_the_hash_knows_names_types_shapes_and_values_but_no_order() -> None:
    digest = tensors_sha256(TENSORS)
    assert tensors_sha256(dict(reversed(TENSORS.items()))) == digest
    weight = TENSORS["stem.weight"]
    others: list[dict[str, np.ndarray]] = [
        {"other.weight": weight},
        {"stem.weight": weight.astype(np.float64)},
        {"stem.weight": weight.reshape(4, 3, 2)},
        {"stem.weight": weight + 1},
        {"stem.weight": weight},
    ]
    assert len({digest, *(tensors_sha256(other) for other in others)}) == 6


def test_a_failed_write_leaves_the_file_of_before_and_nothing_else(path: Path) -> None:
    write_checkpoint(path, CHECKPOINT)
    before = path.read_bytes()
    broken = replace(CHECKPOINT, tensors={"stem.weight": np.array([1, np.nan], np.float32)})
    with pytest.raises(WeightsRefused, match=r"not finite, in stem\.weight"):
        write_checkpoint(path, broken)
    with pytest.raises(WeightsRefused, match="version is 'A name'"):
        write_checkpoint(path, replace(CHECKPOINT, version="A name"))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_on_the_way_leaves_no_part(path: Path) -> None:
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        write_checkpoint(path, CHECKPOINT)
    assert list(path.parent.iterdir()) == [path]


def test_one_changed_byte_is_noticed(path: Path) -> None:
    write_checkpoint(path, CHECKPOINT)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(WeightsRefused, match="does not match its hash"):
        read_checkpoint(path)


@pytest.mark.parametrize("kept", [0, 5, 8, 200, -1])
def test_a_truncated_file_is_refused(path: Path, kept: int) -> None:
    write_checkpoint(path, CHECKPOINT)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(WeightsRefused, match="no weights file, or a damaged one"):
        read_checkpoint(path)


def test_no_file_a_folder_and_other_files_are_refused(tmp_path: Path, path: Path) -> None:
    (tmp_path / "text.safetensors").write_text("hello " * 100)
    (tmp_path / "long.safetensors").write_bytes(struct.pack("<Q", 2**62) + b"{}")
    for foreign in (path, tmp_path, tmp_path / "text.safetensors", tmp_path / "long.safetensors"):
        with pytest.raises(WeightsRefused, match="no weights file, or a damaged one"):
            read_checkpoint(foreign)


def test_a_pickle_is_refused_and_not_run(tmp_path: Path, path: Path) -> None:
    trap = tmp_path / "ran"
    path.write_bytes(f"cos\nsystem\n(S'touch {trap}'\ntR.".encode())
    with pytest.raises(WeightsRefused):
        read_checkpoint(path)
    assert not trap.exists()


def test_a_file_of_other_tensors_says_how_to_convert(path: Path) -> None:
    save_file({"weight": np.ones(3, np.float32)}, path)
    with pytest.raises(WeightsRefused, match="python -m ml convert"):
        read_checkpoint(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_values_that_are_not_finite_are_refused(path: Path, value: float, dtype: type) -> None:
    write_checkpoint(path, CHECKPOINT)
    header, tensors = parts(path)
    tensors["stem.bias"] = np.array([value, 1], dtype)
    header["sha256"] = tensors_sha256(tensors)
    save_file(tensors, path, metadata={"cardinal": json.dumps(header)})
    with pytest.raises(WeightsRefused, match=r"not finite, in stem\.bias"):
        read_checkpoint(path)


def test_numbers_of_a_type_that_numpy_lacks_are_refused(path: Path) -> None:
    write_checkpoint(path, CHECKPOINT)
    raw = path.read_bytes()
    # Equally long as text and in memory, so that nothing else of the file moves.
    path.write_bytes(raw.replace(b'"dtype":"I64"', b'"dtype":"C64"'))
    assert path.read_bytes() != raw
    with pytest.raises(WeightsRefused):
        read_checkpoint(path)


def test_a_format_of_the_future_asks_for_an_update(path: Path) -> None:
    write_checkpoint(path, CHECKPOINT)
    rewrite(path, lambda header: header.update(format=2))
    with pytest.raises(WeightsRefused, match="Update Cardinal"):
        read_checkpoint(path)


def nested(*keys: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(header: dict[str, Any]) -> None:
        for key in keys[:-1]:
            header = header[key]
        header[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (nested("colour", value="red"), "colour"),
        (lambda header: header.pop("licence"), "licence"),
        (nested("architecture", value=7), "architecture is no text"),
        (nested("network", value=[]), "network and metrics have to be objects"),
        (nested("metrics", value="good"), "network and metrics have to be objects"),
        (nested("metrics", "tune_iou", value=float("nan")), "NaN is no figure"),
        (nested("metrics", "tune_iou", value="good"), "metrics have to be finite figures"),
        (nested("metrics", "tune_iou", value=True), "metrics have to be finite figures"),
        (nested("metrics", "tune_iou", value={"of": 1}), "metrics have to be finite figures"),
        (nested("sha256", value="<b>"), "sha256 is '<b>'"),
        (nested("sha256", value=7), "sha256 is 7"),
        (nested("version", value="../../etc"), "version is"),
        (nested("version", value="v" * 81), "version is"),
        (nested("input", value=None), "header that cannot be used"),
        (nested("input", "zoom", value=2), "there is no zoom"),
        (nested("input", "size", value="512"), "size is '512'"),
        (nested("input", "size", value=True), "size is True"),
        (nested("input", "size", value=256.0), "size is 256.0"),
        (nested("input", "size", value=10**9), "size out of range"),
        (nested("input", "guidance_size", value=0), "guidance_size out of range"),
        (nested("input", "relax_pixels", value=-1), "relax_pixels out of range"),
        (nested("input", "relax_share", value=1e9), "relax_share out of range"),
        (nested("input", "bump_width", value=0), "bump_width out of range"),
        (nested("input", "bump_width", value=float("inf")), "Infinity is no figure"),
        (nested("input", "guidance", value="scribble"), "guidance is 'scribble'"),
        (nested("input", "region", value=["crop"]), r"region is \['crop'\]"),
        (nested("input", "truncate", value=1), "truncate is 1"),
        (nested("answer", "threshold", value=1), "threshold out of range"),
        (nested("answer", "slack_share", value=-0.1), "slack_share out of range"),
        (nested("answer", "paste", value="cubic"), "paste is 'cubic'"),
        (nested("answer", "quality_scale", value=-101), "quality_scale out of range"),
        (nested("answer", "quality_shift", value=1000), "quality_shift out of range"),
    ],
)
def test_a_header_with_anything_else_is_refused(
    path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    write_checkpoint(path, CHECKPOINT)
    rewrite(path, change)
    with pytest.raises(WeightsRefused, match=said):
        read_checkpoint(path)


@pytest.mark.parametrize(
    ("figure", "said"), [("1e999", "finite figures"), (f"1{400 * '0'}", "header that cannot be used")]
)
def test_a_figure_too_large_for_a_float_is_refused(path: Path, figure: str, said: str) -> None:
    write_checkpoint(path, CHECKPOINT)
    header, tensors = parts(path)
    text = json.dumps(header).replace('"tune_iou": 0.91', f'"tune_iou": {figure}')
    assert figure in text
    save_file(tensors, path, metadata={"cardinal": text})
    with pytest.raises(WeightsRefused, match=said):
        read_checkpoint(path)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"text"', "[" * 100_000])
def test_a_header_that_is_no_object_is_refused(path: Path, text: str) -> None:
    save_file(TENSORS, path, metadata={"cardinal": text})
    with pytest.raises(WeightsRefused, match="header that cannot be used"):
        read_checkpoint(path)


def test_what_a_header_leaves_out_of_the_input_is_as_published(path: Path) -> None:
    write_checkpoint(path, CHECKPOINT)
    rewrite(path, lambda header: header.update(input={"size": 128}, answer={"threshold": 0.5}))
    read = read_checkpoint(path)
    assert read.input == InputSpec(size=128)
    assert read.answer == AnswerSpec(threshold=0.5)
