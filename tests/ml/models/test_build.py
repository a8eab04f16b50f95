import pytest
import torch

from ml.errors import WeightsRefused
from ml.models import build_network
from tests.ml.models.networks import random_input


def test_an_unknown_architecture_is_refused_with_the_known_ones() -> None:
    with pytest.raises(WeightsRefused, match="no architecture 'unet'; this version knows dextr, dextr_lite"):
        build_network("unet", {})


@pytest.mark.parametrize(
    ("architecture", "arguments", "said"),
    [
        ("dextr", {"depth": 9, "classes": 2}, "dextr takes no argument classes, depth"),
        ("dextr", {"head": "fpn"}, "dextr cannot be built so"),
        ("dextr", {"backbone": "resnet152"}, "dextr cannot be built so"),
        ("dextr", {"backbone": ["resnet101"]}, "dextr cannot be built so"),
        ("dextr", {"guidance": "1"}, "dextr cannot be built so"),
        ("dextr", {"guidance": -1}, "dextr cannot be built so"),
        ("dextr", {"guidance": True}, "dextr cannot be built so"),
        ("dextr", {"guidance": 10**15}, "dextr cannot be built so"),
        ("dextr_lite", {"backbone": "resnet101"}, "dextr_lite cannot be built so"),
        ("dextr_lite", {"guidance": None}, "dextr_lite cannot be built so"),
    ],
)
def test_arguments_that_an_architecture_does_not_have_are_refused(
    architecture: str, arguments: dict[str, object], said: str
) -> None:
    with pytest.raises(WeightsRefused, match=said):
        build_network(architecture, arguments)


@pytest.mark.parametrize("head", ["psp", "aspp"])
def test_the_published_network_answers_at_the_size_of_its_input(head: str) -> None:
    network = build_network("dextr", {"backbone": "resnet50", "head": head}).eval()
    with torch.inference_mode():
        logits, quality = network(*random_input(2, 72))
    assert (logits.shape, logits.dtype) == ((2, 1, 72, 72), torch.float32)
    assert (quality.shape, quality.dtype) == ((2,), torch.float32)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_light_network_answers_at_half_the_size_of_its_input(channels: int) -> None:
    network = build_network("dextr_lite", {"backbone": "efficientnet_lite0", "guidance": channels}).eval()
    with torch.inference_mode():
        logits, quality = network(*random_input(2, 96, channels=channels, guidance_size=24))
    assert (logits.shape, logits.dtype) == ((2, 1, 48, 48), torch.float32)
    assert (quality.shape, quality.dtype) == ((2,), torch.float32)
