"""The default network: DEXTR's idea on a mobile encoder, with a decoder that gives the boundary back.

EfficientNet-Lite sees the crop; the clicks join at stride 4 through a stem of their own, so that the ImageNet
features below stay as they are. A pyramid of pooled context (PSP) or dilated filters (ASPP) closes the
encoder; skips lead down to stride 2. A small head estimates the intersection over union of the answer.
"""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.models.efficientnet_lite import EfficientNetLite
from ml.models.pooling import adaptive_average_pool

BINS = (1, 2, 3, 6)
DILATIONS = (1, 2, 3, 4)
# Widths of the decoder at strides 32, 16, 8, 4 and 2.
WIDTHS = (128, 96, 64, 48, 16)
# What TensorFlow's Lite networks take off and divide by.
MEAN, SCALE = 127.0, 128.0


class Normalised(nn.Sequential):
    """Convolution, BatchNorm, ReLU."""

    def __init__(self, inside: int, outside: int, kernel: int) -> None:
        super().__init__(
            nn.Conv2d(inside, outside, kernel, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(outside),
            nn.ReLU(inplace=True),
        )


class PyramidPooling(nn.Module):
    """PSP: averages over 1, 4, 9 and 36 parts of the crop beside each feature."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        part = outside // len(BINS)
        # No BatchNorm: at one bin a batch of one would have a single value to take statistics from.
        self.parts = nn.ModuleList(nn.Conv2d(inside, part, 1) for _ in BINS)
        self.mix = Normalised(inside + part * len(BINS), outside, 1)

    def forward(self, features: Tensor) -> Tensor:
        size = features.shape[2:]
        pooled = [
            functional.interpolate(
                functional.relu(convolution(adaptive_average_pool(features, bins))), size, mode="bilinear"
            )
            for bins, convolution in zip(BINS, self.parts, strict=True)
        ]
        mixed: Tensor = self.mix(torch.cat([*pooled, features], dim=1))
        return mixed


class DilatedFilters(nn.Module):
    """ASPP: 3 x 3 filters at growing distances, summed."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.filters = nn.ModuleList(
            nn.Conv2d(inside, outside, 3, padding=rate, dilation=rate, bias=False) for rate in DILATIONS
        )
        self.norm = nn.BatchNorm2d(outside)

    def forward(self, features: Tensor) -> Tensor:
        summed = torch.stack([filtered(features) for filtered in self.filters]).sum(dim=0)
        return functional.relu(self.norm(summed))


class Merge(nn.Module):
    """Coarse features brought to the size of finer ones, joined with them, and filtered."""

    def __init__(self, coarse: int, fine: int, outside: int, *, filters: int = 1) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(coarse, outside, 1, bias=False)
        self.lateral = nn.Conv2d(fine, outside, 1)
        self.filters = nn.Sequential(*(Normalised(outside, outside, 3) for _ in range(filters)))

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        # The 1 x 1 filter runs before the enlargement: the same sum at a quarter of the work.
        enlarged = functional.interpolate(self.reduce(coarse), fine.shape[2:], mode="bilinear")
        merged: Tensor = self.filters(enlarged + self.lateral(fine))
        return merged


class QualityHead(nn.Module):
    """Estimates the answer's intersection over union from the context, the features inside and outside the
    answer, how sure the answer is, and what it says at the clicks. It never disturbs what it judges.
    """

    def __init__(self, context: int, features: int, guidance: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(context + 2 * features + 3 + guidance, 64), nn.ReLU(inplace=True), nn.Linear(64, 1)
        )

    def forward(self, context: Tensor, features: Tensor, guidance: Tensor, logits: Tensor) -> Tensor:
        context, features, logits = context.detach(), features.detach(), logits.detach()
        size = (int(features.shape[2]), int(features.shape[3]))
        inside = functional.interpolate(torch.sigmoid(logits), size, mode="bilinear")
        outside = 1 - inside
        summary = torch.cat(
            [
                context.mean(dim=(2, 3)),
                _average(features, inside),
                _average(features, outside),
                inside.mean(dim=(2, 3)),
                (inside * outside).mean(dim=(2, 3)) * 4,
                (inside * outside).sum(dim=(2, 3)) / (inside.sum(dim=(2, 3)) + 1) * 4,
                _average(inside, guidance),
            ],
            dim=1,
        )
        quality: Tensor = self.layers(summary)[:, 0]
        return quality


class DextrLite(nn.Module):
    """See the module. `forward` takes the crop, (N, 3, S, S) in 0..255 with S a multiple of 32, and the
    guidance, (N, C, S/4, S/4) in 0..255; it returns logits, (N, 1, S/2, S/2), and quality logits, (N,).

    `frozen` holds the stem and the first two stages as they are while training; their cost is then a third.
    """

    def __init__(
        self,
        *,
        backbone: str = "efficientnet_lite2",
        guidance: int = 3,
        head: Literal["psp", "aspp"] = "psp",
    ) -> None:
        super().__init__()
        self.backbone, self.frozen = backbone, False
        self.encoder = EfficientNetLite(backbone)
        fine, quarter, eighth, sixteenth, coarsest = self.encoder.channels
        self.clicks = nn.Sequential(
            nn.Conv2d(guidance, quarter, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(quarter, quarter, 3, padding=1),
        )
        context = {"psp": PyramidPooling, "aspp": DilatedFilters}[head]
        self.context = context(coarsest, WIDTHS[0])
        self.to_sixteenth = Merge(WIDTHS[0], sixteenth, WIDTHS[1])
        self.to_eighth = Merge(WIDTHS[1], eighth, WIDTHS[2])
        self.to_quarter = Merge(WIDTHS[2], quarter + guidance, WIDTHS[3], filters=2)
        self.to_half = Merge(WIDTHS[3], fine, WIDTHS[4])
        self.answer = nn.Conv2d(WIDTHS[4], 1, 3, padding=1)
        self.quality = QualityHead(WIDTHS[0], WIDTHS[3], guidance)
        # The clicks begin as nothing: the first step sees the ImageNet features as they were learned.
        for parameter in self.clicks[2].parameters():
            nn.init.zeros_(parameter)

    def forward(self, crop: Tensor, guidance: Tensor) -> tuple[Tensor, Tensor]:
        images, guidance = (crop - MEAN) / SCALE, guidance / 255
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
            fine, quarter = self.encoder.early(images)
        eighth, sixteenth, coarsest = self.encoder.late(quarter + self.clicks(guidance))
        context = self.context(coarsest)
        features = self.to_eighth(self.to_sixteenth(context, sixteenth), eighth)
        features = self.to_quarter(features, torch.cat([quarter, guidance], dim=1))
        logits: Tensor = self.answer(self.to_half(features, fine))
        return logits, self.quality(context, features, guidance, logits)


def _average(values: Tensor, weights: Tensor) -> Tensor:
    """Return the means of (N, C, h, w) under (N, K, h, w) weights, C or K being 1, as (N, max(C, K))."""
    mean: Tensor = (values * weights).sum(dim=(2, 3)) / (weights.sum(dim=(2, 3)) + 1e-3)
    return mean
