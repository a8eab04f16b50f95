"""EfficientNet-Lite, the mobile form of EfficientNet without attention, with its BatchNorm folded away.

The ImageNet statistics stay frozen while we train, so each normalisation is a fixed scale and shift: it is
multiplied into the convolution before it. That makes a training step a third cheaper and changes no answer.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

# Epsilon of the published weights' BatchNorm.
EPSILON = 1e-3
STEM_CHANNELS = 32


class Stage(NamedTuple):
    """Blocks of one width: how many, kernel, stride of the first, expansion, and output channels."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    channels: int


# The published network's last stage serves classification alone and is left out.
STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
)
SCALES = {
    "efficientnet_lite0": (1.0, 1.0),
    "efficientnet_lite1": (1.0, 1.1),
    "efficientnet_lite2": (1.1, 1.2),
}


class Convolution(nn.Module):
    """A convolution with bias and, unless `linear`, ReLU6; strided ones pad as TensorFlow's SAME does."""

    def __init__(
        self,
        inside: int,
        outside: int,
        kernel: int,
        *,
        stride: int = 1,
        groups: int = 1,
        linear: bool = False,
    ) -> None:
        super().__init__()
        self.linear = linear
        # What SAME padding adds at stride 2 on an even side: one more below and right than above and left.
        short = (kernel - 2) // 2
        self.padding = (short, kernel - 2 - short) * 2 if stride == 2 else None
        self.convolution = nn.Conv2d(
            inside, outside, kernel, stride, 0 if stride == 2 else kernel // 2, groups=groups
        )

    def forward(self, features: Tensor) -> Tensor:
        if self.padding is not None:
            features = functional.pad(features, self.padding)
        features = self.convolution(features)
        return features if self.linear else functional.relu6(features, inplace=True)


class InvertedResidual(nn.Module):
    """Expand, filter each channel by itself, project; added to its input where the shapes agree."""

    def __init__(self, inside: int, outside: int, *, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inside * expansion
        self.expand = Convolution(inside, hidden, 1) if expansion > 1 else nn.Identity()
        self.filter = Convolution(hidden, hidden, kernel, stride=stride, groups=hidden)
        self.project = Convolution(hidden, outside, 1, linear=True)
        self.residual = stride == 1 and inside == outside

    def forward(self, features: Tensor) -> Tensor:
        answer: Tensor = self.project(self.filter(self.expand(features)))
        return features + answer if self.residual else answer


class EfficientNetLite(nn.Module):
    """The stages of EfficientNet-Lite without its classifier.

    `forward` takes (N, 3, S, S), S a multiple of 32, in -1..1, and returns the features of stages 0, 1, 2, 4
    and 5: strides 2, 4, 8, 16 and 32, channels `self.channels`.
    """

    KEPT = (0, 1, 2, 4, 5)

    def __init__(self, name: str) -> None:
        super().__init__()
        width, depth = SCALES[name]
        self.stem = Convolution(3, STEM_CHANNELS, 3, stride=2)
        inside = STEM_CHANNELS
        stages = []
        for index, stage in enumerate(STAGES):
            outside = _rounded(stage.channels * width)
            blocks = stage.blocks if index == 0 else math.ceil(stage.blocks * depth)
            stages.append(nn.Sequential(*_blocks(stage, blocks, inside, outside)))
            inside = outside
        self.stages = nn.ModuleList(stages)
        self.channels = tuple(_rounded(STAGES[index].channels * width) for index in self.KEPT)

    def load_imagenet(self, state: Mapping[str, Tensor]) -> None:
        """Take over published ImageNet weights, folding each BatchNorm. `KeyError` for foreign ones."""
        _fold(self.stem, state, "_conv_stem", "_bn0")
        blocks = (block for stage in self.stages for block in stage)  # type: ignore[attr-defined]
        for index, block in enumerate(blocks):
            prefix = f"_blocks.{index}."
            if isinstance(block.expand, Convolution):
                _fold(block.expand, state, f"{prefix}_expand_conv", f"{prefix}_bn0")
            _fold(block.filter, state, f"{prefix}_depthwise_conv", f"{prefix}_bn1")
            _fold(block.project, state, f"{prefix}_project_conv", f"{prefix}_bn2")

    def early(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features of stages 0 and 1, strides 2 and 4."""
        fine = self.stages[0](self.stem(images))
        return fine, self.stages[1](fine)

    def late(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the features of stages 2, 4 and 5, strides 8, 16 and 32, from those of stage 1."""
        eighth = self.stages[2](features)
        sixteenth = self.stages[4](self.stages[3](eighth))
        return eighth, sixteenth, self.stages[5](sixteenth)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        fine, quarter = self.early(images)
        return fine, quarter, *self.late(quarter)


def _blocks(stage: Stage, count: int, inside: int, outside: int) -> Sequence[InvertedResidual]:
    return [
        InvertedResidual(
            inside if index == 0 else outside,
            outside,
            kernel=stage.kernel,
            stride=stage.stride if index == 0 else 1,
            expansion=stage.expansion,
        )
        for index in range(count)
    ]


def _rounded(channels: float) -> int:
    """Return the multiple of 8 next to a number of channels, never a tenth below it."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def _fold(block: Convolution, state: Mapping[str, Tensor], convolution: str, norm: str) -> None:
    scale = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + EPSILON)
    folded = {
        "weight": state[f"{convolution}.weight"] * scale[:, None, None, None],
        "bias": state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale,
    }
    block.convolution.load_state_dict(folded)
