from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ml.checkpoint import Checkpoint, write_checkpoint
from ml.errors import DataInvalid, WeightsRefused
from ml.models import build_network
from ml.models.dextr_lite import DextrLite
from ml.training.networks import answer_size, load_imagenet, network_arguments, start_network
from tests.ml.training.small import config


def written(folder: Path, **arguments: object) -> tuple[Path, DextrLite]:
    """Write a weights file of a random network; return both."""
    torch.manual_seed(9)
    settings = config()
    network = build_network("dextr_lite", {**network_arguments(settings), **arguments})
    assert isinstance(network, DextrLite)
    tensors = {name: value.numpy() for name, value in network.state_dict().items()}
    checkpoint = Checkpoint(
        architecture="dextr_lite",
        network={},
        input=settings.input,
        answer=settings.answer,
        version="a-1",
        licence="",
        data="",
        metrics={},
        tensors=tensors,
    )
    write_checkpoint(folder / "first.safetensors", checkpoint)
    return folder / "first.safetensors", network


def test_the_seed_alone_makes_a_random_start(tmp_path: Path) -> None:
    states = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        states.append(start_network(config(), tmp_path).state_dict())
    assert all(torch.equal(value, states[1][name]) for name, value in states[0].items())
    assert not torch.equal(states[0]["answer.weight"], states[2]["answer.weight"])


def test_how_many_channels_the_guidance_has_is_taken_from_the_input() -> None:
    assert network_arguments(config()) == {"backbone": "efficientnet_lite0", "guidance": 3}
    assert network_arguments(config(input={"guidance": "box"}))["guidance"] == 1


def test_a_run_may_start_from_a_weights_file_beside_the_data(tmp_path: Path) -> None:
    path, expected = written(tmp_path)
    for start in (path.name, str(path)):
        found = start_network(config(network={"start": start, "frozen": True}), tmp_path)
        assert all(
            torch.equal(value, expected.state_dict()[name]) for name, value in found.state_dict().items()
        )
        assert getattr(found, "frozen", None) is True


def test_a_network_with_more_guidance_begins_by_answering_as_the_one_before(tmp_path: Path) -> None:
    path, before = written(tmp_path)
    settings = config(input={"guidance": "roles", "feedback": True}, network={"start": path.name})
    after = start_network(settings, tmp_path).eval()
    side = settings.input.guidance_size
    crop, guidance = (
        torch.rand(2, 3, settings.input.size, settings.input.size) * 255,
        torch.rand(2, 4, side, side) * 255,
    )
    with torch.no_grad():
        expected, found = before.eval()(crop, guidance[:, :3]), after(crop, guidance)
    assert torch.allclose(found[0], expected[0], atol=1e-5)
    # The estimate of quality reads each channel at the answer.
    assert torch.allclose(found[1], expected[1], atol=1e-5)


def test_weights_with_more_guidance_than_configured_are_refused(tmp_path: Path) -> None:
    path, _ = written(tmp_path, guidance=4)
    with pytest.raises(DataInvalid, match=r"first.safetensors has the weights of another network"):
        start_network(config(network={"start": path.name}), tmp_path)


def test_weights_of_another_network_and_no_weights_are_refused(tmp_path: Path) -> None:
    path, _ = written(tmp_path, head="aspp")
    with pytest.raises(DataInvalid, match=r"first.safetensors has the weights of another network"):
        start_network(config(network={"start": path.name}), tmp_path)
    path.write_bytes(b"no weights")
    for name in (path.name, "none.safetensors"):
        with pytest.raises(WeightsRefused, match=name):
            start_network(config(network={"start": name}), tmp_path)


def test_imagenet_weights_that_are_not_installed_are_named() -> None:
    network = DextrLite(backbone="efficientnet_lite0")
    network.backbone = "efficientnet_lite9"
    with pytest.raises(DataInvalid, match="the package efficientnet_lite9_pytorch_model: install it, or set"):
        load_imagenet(network)


def test_only_the_default_network_starts_from_imagenet(tmp_path: Path) -> None:
    other = {"architecture": "dextr", "start": "imagenet", "arguments": {"backbone": "resnet50"}}
    with pytest.raises(DataInvalid, match="dextr does not start from ImageNet's weights"):
        start_network(config(network=other), tmp_path)


def test_an_architecture_or_argument_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefused, match="no architecture 'dexter'"):
        start_network(config(network={"architecture": "dexter"}), tmp_path)
    with pytest.raises(WeightsRefused, match="no argument width"):
        start_network(config(network={"arguments": {"width": 2}}), tmp_path)


def test_the_answer_s_side_is_asked_from_the_network(tmp_path: Path) -> None:
    assert answer_size(start_network(config(), tmp_path), config()) == 32


def test_a_guidance_that_does_not_fit_the_network_is_refused(tmp_path: Path) -> None:
    wrong = config().model_copy(update={"input": replace(config().input, guidance_size=20)})
    with pytest.raises(DataInvalid, match="does not take crops of 64 with guidance of 20 cells"):
        answer_size(start_network(wrong, tmp_path), wrong)
