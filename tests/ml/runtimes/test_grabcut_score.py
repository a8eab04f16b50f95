import numpy as np
import pytest

from ml.runtimes.grabcut_score import HIGHEST, LOWEST, estimate, features
from tests.ml.pictures import disc, painted

TRUTH = disc()
SMALL = painted(TRUTH, noise=2)
BOX = np.zeros_like(TRUTH)
BOX[30:151, 60:181] = True


def test_agreement_of_everything_is_a_high_score() -> None:
    found = features(SMALL, TRUTH, TRUTH, TRUTH, BOX)
    assert found[[0, 1, 3]].tolist() == [1, 1, 1]
    assert found[2] > 0.9
    assert estimate(SMALL, TRUTH, TRUTH, TRUTH, BOX) > 0.9


def test_each_disagreement_lowers_its_own_feature() -> None:
    shifted = np.roll(TRUTH, 30, axis=1)
    same = features(SMALL, TRUTH, TRUTH, TRUTH, BOX)
    overlap = (TRUTH & shifted).sum() / (TRUTH | shifted).sum()
    other_arcs = features(SMALL, TRUTH, TRUTH, shifted, BOX)
    assert other_arcs.tolist() == [pytest.approx(overlap), *same[1:]]
    off_the_edge = features(SMALL, shifted, TRUTH, TRUTH, BOX)
    assert off_the_edge[1] == pytest.approx(overlap)
    assert off_the_edge[2] < same[2] - 0.2
    assert off_the_edge[3] == pytest.approx((TRUTH & shifted).sum() / shifted.sum())


def test_a_score_is_never_certain_and_never_hopeless() -> None:
    nothing = np.zeros_like(TRUTH)
    corner = np.zeros_like(TRUTH)
    corner[:3, :3] = True
    for score in (
        estimate(SMALL, corner, TRUTH, nothing, BOX),
        estimate(SMALL, nothing, nothing, nothing, BOX),
        estimate(SMALL, TRUTH, TRUTH, TRUTH, BOX),
    ):
        assert LOWEST <= score <= HIGHEST
