from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.errors import WeightsRefused
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec
from ml.runtimes.onnx import OnnxForward, load_onnx_predictor
from tests.ml.pictures import disc, painted
from tests.ml.runtimes.onnx_files import CHECKPOINT, GUIDANCE_SIZE, SIZE, brightness, write

CLICKS = [(60, 90), (120, 30), (180, 90), (120, 150)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "little.onnx", brightness())


def asked(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    guidance = rng.integers(0, 256, (count, GUIDANCE_SIZE, GUIDANCE_SIZE, 1))
    return rng.integers(0, 256, (count, SIZE, SIZE, 3), np.uint8), guidance.astype(np.float32)


@pytest.mark.parametrize("count", [1, 3])
def test_a_pass_answers_every_crop_with_its_own_guidance(path: Path, count: int) -> None:
    crops, guidance = asked(count)
    logits, quality = OnnxForward(path)(crops, guidance)
    assert (logits.dtype, quality.dtype) == (np.float32, np.float32)
    assert np.array_equal(logits, crops[..., 0].astype(np.float32) - 100)
    assert quality == pytest.approx(guidance.mean(axis=(1, 2, 3)), rel=1e-6)


def test_many_threads_get_their_own_answers(path: Path) -> None:
    forward = OnnxForward(path, threads=2)

    def right(seed: int) -> bool:
        crops, guidance = asked(1, seed)
        return np.array_equal(forward(crops, guidance)[0], crops[..., 0].astype(np.float32) - 100)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(right, range(64))) == [True] * 64


def test_its_threads_sleep_between_passes_and_are_four_at_most(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cores, expected in ((1, 1), (2, 2), (64, 4)):
        monkeypatch.setattr("ml.runtimes.onnx.available_cores", lambda cores=cores: cores)
        options = OnnxForward(path)._session.get_session_options()
        assert options.intra_op_num_threads == expected
        assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert OnnxForward(path, threads=3)._session.get_session_options().intra_op_num_threads == 3


def test_a_predictor_finds_what_the_network_calls_bright(path: Path) -> None:
    predictor = load_onnx_predictor(path)
    prediction = predictor.predict(painted(disc()), CLICKS)
    assert predictor.version == "brightness-1+55555555"
    truth = disc()
    assert (prediction.mask & truth).sum() / (prediction.mask | truth).sum() > 0.9


def test_a_file_that_nothing_can_compute_is_refused(tmp_path: Path) -> None:
    model = brightness()
    model.graph.node[2].op_type = "Divine"
    path = write(tmp_path / "little.onnx", model)
    with pytest.raises(WeightsRefused, match=r"cannot be used by this ONNX Runtime: .*Divine"):
        OnnxForward(path)


@pytest.mark.parametrize(
    ("size", "guidance_size"),
    [(SIZE + 1, GUIDANCE_SIZE), (SIZE, GUIDANCE_SIZE + 1)],
    ids=["crop", "guidance"],
)
def test_an_input_that_the_graph_does_not_take_is_refused_when_loaded(
    tmp_path: Path, size: int, guidance_size: int
) -> None:
    checkpoint = replace(CHECKPOINT, input=replace(CHECKPOINT.input, size=size, guidance_size=guidance_size))
    path = write(tmp_path / "little.onnx", brightness(), checkpoint)
    with pytest.raises(WeightsRefused, match="invalid dimensions"):
        OnnxForward(path)


def test_an_answer_of_another_kind_is_refused_when_loaded(tmp_path: Path) -> None:
    model = brightness()
    model.graph.node[3].attribute[0].i = 1
    model.graph.output[1].type.tensor_type.shape.Clear()
    path = write(tmp_path / "little.onnx", model)
    with pytest.raises(WeightsRefused, match=r"it answers float32 \(1, 8, 8\) and float32 \(1, 1, 1, 1\)"):
        OnnxForward(path)


@pytest.mark.parametrize(
    "expected",
    [
        replace(CHECKPOINT, sha256="6" * 64),
        replace(CHECKPOINT, network={"backbone": "efficientnet_lite0"}),
        replace(CHECKPOINT, input=replace(CHECKPOINT.input, relax_pixels=3)),
        replace(CHECKPOINT, input=InputSpec()),
    ],
    ids=["hash", "network", "margin", "input"],
)
def test_a_file_of_other_weights_is_refused(path: Path, expected: object) -> None:
    with pytest.raises(WeightsRefused, match="made from other weights; make it again with `python -m ml"):
        load_onnx_predictor(path, expected=expected)  # type: ignore[arg-type]


def test_how_an_answer_is_read_is_the_weights_files_word(path: Path) -> None:
    strict = AnswerSpec(threshold=1 - 1e-12, paste="logits", quality_scale=0.0, quality_shift=0.0)
    expected = replace(
        CHECKPOINT, answer=strict, version="brightness-2", tensors={"more": np.zeros(2, np.float32)}
    )
    predictor = load_onnx_predictor(path, expected=expected)
    prediction = predictor.predict(painted(disc()), CLICKS)
    assert predictor.version == "brightness-2+55555555"
    assert prediction.score == 0.5
    assert load_onnx_predictor(path).predict(painted(disc()), CLICKS).score > 0.9
