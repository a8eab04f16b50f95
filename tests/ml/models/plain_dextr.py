"""The published network once more, as plainly as possible: one function over a state dict, no modules.

It shares nothing with `ml.models.dextr` but the names of the tensors, so that both have to agree.
"""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

BLOCKS = {"resnet50": (3, 4, 6, 3), "resnet101": (3, 4, 23, 3)}
# Stride and dilation of layer1 to layer4.
SHAPES = ((1, 1), (2, 1), (1, 2), (1, 4))

State = Mapping[str, Tensor]


def plain_probability(state: State, four_channels: Tensor, backbone: str) -> Tensor:
    """Return (N, 1, S, S) probabilities of (N, 4, S, S) input in 0..255."""
    features = functional.conv2d(four_channels, state["conv1.weight"], stride=2, padding=3)
    features = norm(state, "bn1", features).relu()
    features = functional.max_pool2d(features, kernel_size=3, stride=2, padding=1)
    for layer, (blocks, (stride, dilation)) in enumerate(zip(BLOCKS[backbone], SHAPES, strict=True), 1):
        for block in range(blocks):
            first = block == 0
            features = bottleneck(
                state, f"layer{layer}.{block}", features, stride if first else 1, dilation, branch=first
            )
    head = pyramid if "layer5.final.weight" in state else dilated
    size = four_channels.shape[2:]
    return functional.interpolate(
        head(state, features), size=size, mode="bilinear", align_corners=True
    ).sigmoid()


def norm(state: State, name: str, features: Tensor) -> Tensor:
    mean, variance = state[f"{name}.running_mean"], state[f"{name}.running_var"]
    scale = state[f"{name}.weight"] / torch.sqrt(variance + 1e-5)
    shift = state[f"{name}.bias"] - mean * scale
    return features * scale[:, None, None] + shift[:, None, None]


def bottleneck(
    state: State, name: str, features: Tensor, stride: int, dilation: int, *, branch: bool
) -> Tensor:
    answer = functional.conv2d(features, state[f"{name}.conv1.weight"], stride=stride)
    answer = norm(state, f"{name}.bn1", answer).relu()
    answer = functional.conv2d(answer, state[f"{name}.conv2.weight"], padding=dilation, dilation=dilation)
    answer = norm(state, f"{name}.bn2", answer).relu()
    answer = norm(state, f"{name}.bn3", functional.conv2d(answer, state[f"{name}.conv3.weight"]))
    if branch:
        features = functional.conv2d(features, state[f"{name}.downsample.0.weight"], stride=stride)
        features = norm(state, f"{name}.downsample.1", features)
    return (answer + features).relu()


def pyramid(state: State, features: Tensor) -> Tensor:
    parts = []
    for stage, bins in enumerate((1, 2, 3, 6)):
        pooled = functional.adaptive_avg_pool2d(features, bins)
        pooled = functional.conv2d(pooled, state[f"layer5.stages.{stage}.1.weight"])
        pooled = norm(state, f"layer5.stages.{stage}.2", pooled).relu()
        parts.append(
            functional.interpolate(pooled, size=features.shape[2:], mode="bilinear", align_corners=True)
        )
    mixed = functional.conv2d(torch.cat([*parts, features], dim=1), state["layer5.bottleneck.0.weight"])
    mixed = norm(state, "layer5.bottleneck.1", mixed).relu()
    return functional.conv2d(mixed, state["layer5.final.weight"], state["layer5.final.bias"])


def dilated(state: State, features: Tensor) -> Tensor:
    summed = torch.zeros(())
    for index, rate in enumerate((6, 12, 18, 24)):
        weight, bias = (state[f"layer5.conv2d_list.{index}.{kind}"] for kind in ("weight", "bias"))
        summed = summed + functional.conv2d(features, weight, bias, padding=rate, dilation=rate)
    return summed
