import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from ml.losses import jaccard_loss, overlaps, pixel_loss, quality_loss, soft_jaccard

# Probabilities 0.5, 0.75, 0.25, 0.5; the first pixel is object.
LOGITS = [0.0, math.log(3), -math.log(3), 0.0]
TRUTH = [1.0, 0.0, 0.0, 0.0]
LOSSES = [math.log(2), math.log(4), math.log(4 / 3), math.log(2)]


def grid(values: list[float]) -> Tensor:
    """Return four values as one object's (1, 1, 2, 2)."""
    return torch.tensor(values).reshape(1, 1, 2, 2)


def test_plain_cross_entropy_is_the_mean_over_pixels() -> None:
    assert pixel_loss(grid(LOGITS), grid(TRUTH), "plain").item() == pytest.approx(sum(LOSSES) / 4)


def test_balanced_cross_entropy_weighs_each_side_by_the_share_of_the_other() -> None:
    expected = (0.75 * LOSSES[0] + 0.25 * (LOSSES[1] + LOSSES[2] + LOSSES[3])) / 4
    assert pixel_loss(grid(LOGITS), grid(TRUTH), "balanced").item() == pytest.approx(expected)


@given(st.integers(0, 2**32 - 1))
def test_the_balanced_loss_is_the_paper_s_over_the_number_of_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = torch.tensor(rng.normal(0, 3, (3, 1, 5, 4)))
    truth = torch.tensor((rng.random((3, 1, 5, 4)) < rng.random()).astype(float))
    single = -(truth * torch.log(torch.sigmoid(logits)) + (1 - truth) * torch.log(torch.sigmoid(-logits)))
    objects, ground = truth.sum(), (1 - truth).sum()
    paper = (ground * (single * truth).sum() + objects * (single * (1 - truth)).sum()) / truth.numel()
    assert pixel_loss(logits, truth, "balanced").item() == pytest.approx(paper.item() / truth.numel())


def test_the_counts_of_the_balanced_loss_are_those_of_the_whole_batch() -> None:
    truth = torch.cat([grid([1.0, 1.0, 1.0, 1.0]), grid([0.0, 0.0, 0.0, 0.0])])
    assert pixel_loss(torch.zeros(2, 1, 2, 2), truth, "balanced").item() == pytest.approx(math.log(2) / 2)


@pytest.mark.parametrize("kind", ["plain", "balanced"])
def test_gradients_raise_the_object_and_lower_the_rest(kind: str) -> None:
    logits = grid(LOGITS).requires_grad_()
    (pixel_loss(logits, grid(TRUTH), kind) + jaccard_loss(logits, grid(TRUTH))).backward()
    assert logits.grad is not None
    assert torch.sign(logits.grad).flatten().tolist() == [-1, 1, 1, 1]


def test_a_share_of_object_is_learned_as_that_share() -> None:
    truth = grid([0.25, 0.25, 0.25, 0.25])
    for kind in ("plain", "balanced"):
        logits = torch.full((1, 1, 2, 2), math.log(0.25 / 0.75), requires_grad=True)
        pixel_loss(logits, truth, kind).backward()
        assert logits.grad is not None
        assert logits.grad.abs().max() < 1e-7


def test_the_soft_overlap_adds_one_pixel_to_both_sides() -> None:
    probabilities = grid([0.5, 0.5, 0.0, 0.0])
    assert soft_jaccard(probabilities, grid(TRUTH)).tolist() == pytest.approx([(0.5 + 1) / (1.5 + 1)])


def test_a_perfect_answer_has_no_jaccard_loss() -> None:
    assert jaccard_loss(grid([200.0, -200.0, -200.0, -200.0]), grid(TRUTH)).item() == 0
    shares = grid([0.1, 0.9, 0.5, 0.0])
    assert soft_jaccard(shares, shares).tolist() == [1.0]
    assert jaccard_loss(torch.full((1, 1, 2, 2), -200.0), torch.zeros(1, 1, 2, 2)).item() == 0


def test_overlaps_compare_masks_object_by_object() -> None:
    logits = torch.cat([grid([1.0, 1.0, -1.0, -1.0]), grid([-1.0] * 4), grid([1.0] * 4)])
    truth = torch.cat([grid([1.0, 0.0, 1.0, 0.4]), grid([0.0] * 4), grid([0.0] * 4)])
    assert overlaps(logits, truth).tolist() == pytest.approx([1 / 3, 1, 0])


def test_the_quality_is_best_at_the_true_overlap_and_teaches_the_answer_nothing() -> None:
    logits = grid([1.0, 1.0, -1.0, -1.0]).requires_grad_()
    truth = grid([1.0, 0.0, 0.0, 0.0])
    for quality, sign in ((0.0, 0), (1.0, 1), (-1.0, -1)):
        estimate = torch.tensor([quality], requires_grad=True)
        quality_loss(estimate, logits, truth).backward()
        assert estimate.grad is not None
        assert torch.sign(estimate.grad).tolist() == [sign]
    assert logits.grad is None
