"""What training minimises, each term a function of logits and truth."""

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

Pixelwise = Literal["plain", "balanced"]


def pixel_loss(logits: Tensor, truth: Tensor, kind: Pixelwise) -> Tensor:
    """Return the mean cross-entropy of (N, 1, h, w) logits against truth in 0..1, a scalar.

    `balanced` weighs the object's pixels by the share of background in the batch and the other way round, as
    the paper does, so that neither outvotes the other; as a mean over pixels instead of the paper's sum.
    """
    if kind == "plain":
        return functional.binary_cross_entropy_with_logits(logits, truth)
    objects = truth.mean()
    weights = truth * (1 - objects) + (1 - truth) * objects
    return functional.binary_cross_entropy_with_logits(logits, truth, weights)


def jaccard_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Return 1 minus the soft intersection over union of each object, averaged over the batch, a scalar."""
    return (1 - soft_jaccard(torch.sigmoid(logits), truth)).mean()


def soft_jaccard(probabilities: Tensor, truth: Tensor) -> Tensor:
    """Return the intersection over union of (N, 1, h, w) shares in 0..1, (N,). Two empty ones agree fully."""
    # min and max, not products: where the truth itself is a share, only the same share is a full match.
    intersection = torch.minimum(probabilities, truth).sum(dim=(1, 2, 3))
    union = torch.maximum(probabilities, truth).sum(dim=(1, 2, 3))
    return (intersection + 1) / (union + 1)


def quality_loss(quality: Tensor, logits: Tensor, truth: Tensor) -> Tensor:
    """Return the cross-entropy of (N,) quality logits against the answers' true overlap, a scalar."""
    overlap = overlaps(logits, truth)
    return functional.binary_cross_entropy_with_logits(quality, overlap)


@torch.no_grad()
def overlaps(logits: Tensor, truth: Tensor) -> Tensor:
    """Return the intersection over union of the answers' masks with the truth's, (N,)."""
    answer, target = logits > 0, truth > 0.5
    intersection = (answer & target).sum(dim=(1, 2, 3)).float()
    union = (answer | target).sum(dim=(1, 2, 3)).float()
    return torch.where(union > 0, intersection / union.clamp(min=1), 1.0)
