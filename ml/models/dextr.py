"""DEXTR as published: ResNet at output stride 8 over four channels, with a pyramid or dilated head.

Parameter names are those of the published checkpoints, which load into it strictly. Sources: Maninis et al.,
"Deep Extreme Cut", CVPR 2018; Zhao et al., "Pyramid Scene Parsing Network", CVPR 2017.
"""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.errors import DataInvalid
from ml.models.pooling import adaptive_average_pool

DEPTHS = {"resnet50": (3, 4, 6, 3), "resnet101": (3, 4, 23, 3)}
BINS = (1, 2, 3, 6)
DILATIONS = (6, 12, 18, 24)
FEATURES = 2048
# What an answer's own certainty is worth as an estimate of its overlap stays inside these bounds.
SURE = 1e-4


class Bottleneck(nn.Module):
    """1 x 1, 3 x 3, 1 x 1 with the stride on the first, as in Caffe's ResNet."""

    EXPANSION = 4

    def __init__(self, inside: int, width: int, *, stride: int, dilation: int, branch: bool) -> None:
        super().__init__()
        outside = width * self.EXPANSION
        self.conv1 = nn.Conv2d(inside, width, 1, stride=stride, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outside, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outside)
        self.downsample = (
            nn.Sequential(nn.Conv2d(inside, outside, 1, stride=stride, bias=False), nn.BatchNorm2d(outside))
            if branch
            else None
        )

    def forward(self, features: Tensor) -> Tensor:
        answer = functional.relu(self.bn1(self.conv1(features)))
        answer = functional.relu(self.bn2(self.conv2(answer)))
        answer = self.bn3(self.conv3(answer))
        residual = features if self.downsample is None else self.downsample(features)
        return functional.relu(answer + residual)


class PyramidHead(nn.Module):
    """PSP: pooled context at four scales, put before the features, then mixed and classified."""

    def __init__(self) -> None:
        super().__init__()
        part = FEATURES // len(BINS)
        # One entry stands where the published network keeps its pool, which has no parameters.
        self.stages = nn.ModuleList(
            nn.Sequential(
                nn.Identity(), nn.Conv2d(FEATURES, part, 1, bias=False), nn.BatchNorm2d(part), nn.ReLU()
            )
            for _ in BINS
        )
        self.bottleneck = nn.Sequential(
            nn.Conv2d(2 * FEATURES, 512, 1, bias=False), nn.BatchNorm2d(512), nn.ReLU()
        )
        self.final = nn.Conv2d(512, 1, 1)

    def forward(self, features: Tensor) -> Tensor:
        size = features.shape[2:]
        pooled = [
            functional.interpolate(
                stage(adaptive_average_pool(features, bins)), size, mode="bilinear", align_corners=True
            )
            for bins, stage in zip(BINS, self.stages, strict=True)
        ]
        logits: Tensor = self.final(self.bottleneck(torch.cat([*pooled, features], dim=1)))
        return logits


class DilatedHead(nn.Module):
    """ASPP: four dilated filters, summed."""

    def __init__(self) -> None:
        super().__init__()
        self.conv2d_list = nn.ModuleList(
            nn.Conv2d(FEATURES, 1, 3, padding=rate, dilation=rate) for rate in DILATIONS
        )

    def forward(self, features: Tensor) -> Tensor:
        return torch.stack([filtered(features) for filtered in self.conv2d_list]).sum(dim=0)


class Dextr(nn.Module):
    """See the module. `forward` takes the crop, (N, 3, S, S), and the guidance, (N, C, S, S), both in 0..255,
    and returns logits, (N, 1, S, S), and logits of an estimated overlap, (N,).

    The network has no head for its own quality. The estimate is the expected intersection over the expected
    union of the mask at one half, were its probabilities true.
    """

    def __init__(
        self,
        *,
        backbone: Literal["resnet50", "resnet101"] = "resnet101",
        guidance: int = 1,
        head: Literal["psp", "aspp"] = "psp",
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3 + guidance, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        depths = DEPTHS[backbone]
        self.layer1 = _layer(depths[0], 64, 64, stride=1, dilation=1)
        self.layer2 = _layer(depths[1], 256, 128, stride=2, dilation=1)
        self.layer3 = _layer(depths[2], 512, 256, stride=1, dilation=2)
        self.layer4 = _layer(depths[3], 1024, 512, stride=1, dilation=4)
        self.layer5 = {"psp": PyramidHead, "aspp": DilatedHead}[head]()

    def forward(self, crop: Tensor, guidance: Tensor) -> tuple[Tensor, Tensor]:
        if self.training and len(crop) < 2 and isinstance(self.layer5, PyramidHead):
            raise DataInvalid("The pyramid head learns from two objects at a time or more; raise the batch.")
        features = functional.relu(self.bn1(self.conv1(torch.cat([crop, guidance], dim=1))))
        features = functional.max_pool2d(features, 3, stride=2, padding=1)
        features = self.layer4(self.layer3(self.layer2(self.layer1(features))))
        # Half precision ends here: its steps are too coarse for probabilities near the threshold.
        coarse = self.layer5(features).float()
        logits = functional.interpolate(coarse, crop.shape[2:], mode="bilinear", align_corners=True)
        return logits, expected_overlap(logits)


def expected_overlap(logits: Tensor) -> Tensor:
    """Return the overlap with the truth that (N, 1, h, w) logits expect of their mask, as (N,) logits."""
    probabilities = torch.sigmoid(logits.detach())
    inside = (probabilities > 0.5).to(probabilities.dtype)
    intersection = (probabilities * inside).sum(dim=(1, 2, 3))
    union = torch.maximum(probabilities, inside).sum(dim=(1, 2, 3))
    overlap: Tensor = (intersection / union.clamp(min=1)).clamp(SURE, 1 - SURE)
    return torch.log(overlap / (1 - overlap))


def _layer(blocks: int, inside: int, width: int, *, stride: int, dilation: int) -> nn.Sequential:
    outside = width * Bottleneck.EXPANSION
    first = Bottleneck(inside, width, stride=stride, dilation=dilation, branch=True)
    others = (
        Bottleneck(outside, width, stride=1, dilation=dilation, branch=False) for _ in range(blocks - 1)
    )
    return nn.Sequential(first, *others)
