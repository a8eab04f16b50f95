import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ml.checkpoint import Checkpoint, write_checkpoint
from ml.errors import WeightsRefused
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec, NetworkPredictor
from ml.runtimes.torch import TorchForward, load_torch_predictor, network_of
from tests.ml.models.networks import random_input, settled
from tests.ml.models.plain_dextr import plain_probability
from tests.ml.pictures import disc, painted

CPU = torch.device("cpu")
LITE = {"backbone": "efficientnet_lite0", "guidance": 3}
INPUT = InputSpec(size=64, guidance="roles", guidance_size=16)
CLICKS = [(60, 90), (120, 30), (180, 90), (120, 150)]


@pytest.fixture(scope="module")
def lite() -> nn.Module:
    return settled("dextr_lite", LITE, *random_input(4, 64, channels=3, guidance_size=16))


@pytest.fixture(scope="module")
def checkpoint(lite: nn.Module) -> Checkpoint:
    return Checkpoint(
        architecture="dextr_lite",
        network=LITE,
        input=INPUT,
        # So low that random weights find something.
        answer=AnswerSpec(threshold=1e-6, paste="logits"),
        version="lite-0",
        licence="Apache-2.0",
        data="nothing",
        metrics={},
        tensors={name: values.numpy() for name, values in lite.state_dict().items()},
    )


def asked(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    crops = rng.integers(0, 256, (count, 64, 64, 3), np.uint8)
    return crops, rng.uniform(0, 255, (count, 16, 16, 3)).astype(np.float32)


def test_a_pass_is_the_network_on_planes(lite: nn.Module) -> None:
    crops, guidance = asked(3)
    logits, quality = TorchForward(lite, CPU)(crops, guidance)
    assert (logits.shape, logits.dtype, quality.shape, quality.dtype) == (
        (3, 32, 32),
        np.float32,
        (3,),
        np.float32,
    )
    with torch.no_grad():
        planes = [
            torch.from_numpy(values).permute(0, 3, 1, 2).float().contiguous() for values in (crops, guidance)
        ]
        expected_logits, expected_quality = lite(*planes)
    assert logits == pytest.approx(expected_logits[:, 0].numpy(), abs=1e-4)
    assert quality == pytest.approx(expected_quality.numpy(), abs=1e-4)


def test_a_batch_answers_each_as_if_it_were_alone(lite: nn.Module) -> None:
    forward, (crops, guidance) = TorchForward(lite, CPU), asked(3)
    logits, quality = forward(crops, guidance)
    for index in range(3):
        alone = forward(crops[index : index + 1], guidance[index : index + 1])
        assert alone[0][0] == pytest.approx(logits[index], abs=1e-4)
        assert alone[1][0] == pytest.approx(quality[index], abs=1e-4)


def test_threads_do_not_disturb_each_other(lite: nn.Module) -> None:
    forward, (crops, guidance) = TorchForward(lite, CPU), asked(6)
    questions = [(crops[index : index + 1], guidance[index : index + 1]) for index in range(6)]
    in_turn = [forward(*question) for question in questions]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda question: forward(*question), questions))
    for (logits, quality), (others, other) in zip(in_turn, together, strict=True):
        assert np.array_equal(logits, others)
        assert np.array_equal(quality, other)


def test_nothing_is_learned_and_no_statistic_moves(lite: nn.Module) -> None:
    before = {name: values.clone() for name, values in lite.state_dict().items()}
    TorchForward(lite.train(), CPU)(*asked(2))
    assert not lite.training
    assert all(torch.equal(values, before[name]) for name, values in lite.state_dict().items())
    assert not any(parameter.requires_grad for parameter in lite.parameters())


def test_a_weights_file_answers_as_the_network_it_was_made_of(
    tmp_path: Path, lite: nn.Module, checkpoint: Checkpoint
) -> None:
    digest = write_checkpoint(tmp_path / "lite.safetensors", checkpoint)
    predictor = load_torch_predictor(tmp_path / "lite.safetensors", device="cpu")
    assert predictor.version == f"lite-0+{digest[:8]}"
    image = painted(disc())
    window = INPUT.window(np.array(CLICKS, np.float64), image.shape[:2])
    crop, guidance = INPUT.inputs(image, np.array(CLICKS, np.float64), window)
    logits, quality = TorchForward(lite, CPU)(crop[None], guidance[None])
    (x, y), local = window.paste_back(logits[0], image.shape[:2], interpolation=cv2.INTER_LINEAR)
    result = predictor.predict(image, CLICKS)
    assert result.offset == (x, y) == (60, 30)
    assert result.local_probability == pytest.approx(1 / (1 + np.exp(-local)), abs=1e-5)
    assert result.score == pytest.approx(1 / (1 + np.exp(-quality[0])), abs=1e-5)


def test_on_a_gpu_the_thread_that_gathers_clicks_ends_with_the_predictor(
    tmp_path: Path, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_checkpoint(tmp_path / "lite.safetensors", checkpoint)
    on_the_cpu = TorchForward(network_of(checkpoint, tmp_path), torch.device("cpu"))
    monkeypatch.setattr("ml.runtimes.torch.TorchForward", lambda *_, **__: on_the_cpu)

    def gathering() -> int:
        return sum(thread.name == "segment-batches" for thread in threading.enumerate())

    before = gathering()
    predictor = load_torch_predictor(tmp_path / "lite.safetensors", device="cuda")
    assert predictor.predict(painted(disc()), CLICKS).score >= 0
    assert gathering() == before + 1
    del predictor
    assert gathering() == before


def test_half_the_bytes_give_nearly_the_same_answer(tmp_path: Path, checkpoint: Checkpoint) -> None:
    path, image = tmp_path / "lite.safetensors", painted(disc())
    results = []
    for half in (False, True):
        write_checkpoint(path, checkpoint, half=half)
        results.append((path.stat().st_size, load_torch_predictor(path, device="cpu").predict(image, CLICKS)))
    (size, whole), (half_size, halved) = results
    assert half_size < 0.55 * size
    assert np.abs(whole.local_probability - halved.local_probability).max() < 0.05
    assert np.abs(whole.local_probability - halved.local_probability).max() > 0


def without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda tensors: tensors.pop(name)


def replaced(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[dict[str, Any]], None]:
    return lambda tensors: tensors.update({name: change(tensors[name])})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("answer.bias"), r"answer\.bias is missing"),
        (lambda tensors: tensors.update(more=np.ones(3, np.float32)), "more is not part of it"),
        (
            replaced("answer.bias", lambda values: values.repeat(2)),
            r"answer\.bias is \(2,\) instead of \(1,\)",
        ),
        (
            replaced("answer.bias", lambda values: values.astype(np.float64)),
            r"answer\.bias has torch\.float64 instead of torch\.float32",
        ),
    ],
)
def test_tensors_that_do_not_fit_are_named(
    tmp_path: Path, checkpoint: Checkpoint, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    tensors = dict(checkpoint.tensors)
    change(tensors)
    path = tmp_path / "other.safetensors"
    write_checkpoint(path, replace(checkpoint, tensors=tensors))
    with pytest.raises(WeightsRefused, match=said):
        load_torch_predictor(path, device="cpu")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"architecture": "unet"}, "no architecture 'unet'"),
        ({"network": {**LITE, "depth": 3}}, "takes no argument depth"),
        ({"network": {**LITE, "guidance": 1}}, r"clicks\.0\.weight is"),
        ({"architecture": "dextr", "network": {}}, "does not fit dextr"),
        ({"input": replace(INPUT, guidance="extreme_points")}, "an input that its network does not take"),
        ({"input": replace(INPUT, guidance_size=17)}, "an input that its network does not take"),
    ],
)
def test_a_header_that_does_not_belong_to_the_tensors_is_refused(
    tmp_path: Path, checkpoint: Checkpoint, change: dict[str, Any], said: str
) -> None:
    path = tmp_path / "other.safetensors"
    write_checkpoint(path, replace(checkpoint, **change))
    with pytest.raises(WeightsRefused, match=said):
        load_torch_predictor(path, device="cpu")


def test_counters_of_batches_may_be_absent_or_lists_of_one(checkpoint: Checkpoint) -> None:
    counters = {name for name in checkpoint.tensors if name.endswith("num_batches_tracked")}
    others = {name: values for name, values in checkpoint.tensors.items() if name not in counters}
    listed = {**others, **{name: np.array([3], np.int64) for name in counters}}
    absent = network_of(replace(checkpoint, tensors=others), Path("lite.safetensors")).state_dict()
    present = network_of(replace(checkpoint, tensors=listed), Path("lite.safetensors")).state_dict()
    assert counters
    assert {absent[name].item() for name in counters} == {0}
    assert {present[name].item() for name in counters} == {3}
    assert {present[name].shape for name in counters} == {torch.Size([])}


# The whole way, once more by hand: crop, four channels, network, cubic, box, threshold.
def test_the_published_network_makes_the_published_mask() -> None:
    y, x, c = np.mgrid[:120, :160, :3]
    image = ((3 * x + 5 * y + 40 * c) % 256).astype(np.uint8)
    clicks = np.array([(10, 60), (150, 55), (80, 5), (75, 110)], np.float64)
    channels = published_channels(image, clicks, 72)
    both = torch.cat([channels, channels.flip(3)])
    network = settled("dextr", {"backbone": "resnet50"}, both[:, :3], both[:, 3:])
    with torch.no_grad():
        logits, _ = network(channels[:, :3], channels[:, 3:])
        # A share of the pixels has to lie on either side of the threshold.
        network.get_parameter("layer5.final.bias").add_(np.log(0.8 / 0.2) - logits.median())
        probability = plain_probability(network.state_dict(), channels, "resnet50")[0, 0].numpy()
    expected = np.zeros((120, 160), np.float32)
    expected[5:111, 10:151] = cv2.resize(probability, (241, 206), interpolation=cv2.INTER_CUBIC)[
        50:156, 50:191
    ]

    spec = InputSpec(size=72, guidance_size=72)
    predictor = NetworkPredictor(
        version="dextr-1", inputs=spec, answer=AnswerSpec(), forward=TorchForward(network, CPU)
    )
    result = predictor.predict(image, clicks)
    assert np.abs(result.probability - expected.clip(0, 1)).max() < 1e-3
    clear = np.abs(expected - 0.8) > 1e-3
    assert np.array_equal(result.mask[clear], (expected > 0.8)[clear])
    assert 3_000 < result.mask.sum() < 12_000


def published_channels(image: np.ndarray, clicks: np.ndarray, size: int) -> Tensor:
    """Return (1, 4, size, size): what goes in for a box of 141 x 106 pixels at (10, 5), step by step."""
    crop = np.zeros((206, 241, 3), np.uint8)
    crop[45:165, 40:200] = image
    channels = np.zeros((size, size, 4), np.float32)
    channels[..., :3] = cv2.resize(crop, (size, size), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.mgrid[:size, :size]
    for click_x, click_y in clicks:
        column, row = int(size * (click_x - 10 + 50) / 241), int(size * (click_y - 5 + 50) / 206)
        bump = 255 * np.exp(-4 * np.log(2) * ((columns - column) ** 2 + (rows - row) ** 2) / 10**2)
        channels[..., 3] = np.maximum(channels[..., 3], bump)
    return torch.from_numpy(channels).permute(2, 0, 1)[None]
