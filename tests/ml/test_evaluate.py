import numpy as np
import pytest
from numpy.typing import ArrayLike

from ml.errors import EmptyMask
from ml.evaluate import Outcome, Truth, evaluate_object, summarise
from ml.predictor import Image, Mask, Prediction
from tests.ml.pictures import disc, painted


class Scripted:
    """Answers the truth without its left columns: as many as the list says for each number of clicks."""

    version = "scripted-1"

    def __init__(self, truth: Mask, missing: list[int]) -> None:
        self.truth, self.missing, self.asked = truth, missing, []

    def predict(self, image: Image, points: ArrayLike) -> Prediction:
        count = len(np.asarray(points))
        self.asked.append(count)
        columns = self.missing[min(count - 4, len(self.missing) - 1)]
        if columns < 0:
            raise EmptyMask("Told to find nothing.")
        found = self.truth.copy()
        found[:, : 60 + columns] = False
        return Prediction(found.shape, (0, 0), found, lambda: found.astype(np.float32), 0.5)


TRUTH = Truth("disc", painted(disc()), disc(), None)
AREA = int(disc().sum())


def overlap_without(columns: int) -> float:
    return 1 - int(disc()[:, : 60 + columns].sum()) / AREA


def test_clicks_go_on_until_the_object_is_very_good() -> None:
    predictor = Scripted(TRUTH.mask, [60, 40, 5, 0])
    outcome = evaluate_object(predictor, TRUTH)
    assert predictor.asked == [4, 5, 6]
    assert outcome.overlaps == [overlap_without(columns) for columns in (60, 40, 5)]
    assert outcome.latency_ms >= 0


def test_clicks_end_at_the_most() -> None:
    predictor = Scripted(TRUTH.mask, [60])
    assert len(evaluate_object(predictor, TRUTH, most_clicks=6).overlaps) == 3
    assert predictor.asked == [4, 5, 6]


def test_all_clicks_asked_for_are_made_also_on_a_very_good_object() -> None:
    predictor = Scripted(TRUTH.mask, [10, 8, 6, 4])
    outcome = evaluate_object(predictor, TRUTH, clicks=6)
    assert predictor.asked == [4, 5, 6]
    assert outcome.overlaps[-1] == overlap_without(6)
    # The box error is that of the six clicks.
    assert outcome.box_error == pytest.approx(100 * (1 - overlap_without(6)) * AREA / 121**2)


def test_where_nothing_is_wrong_no_click_is_made() -> None:
    predictor = Scripted(TRUTH.mask, [0])
    assert evaluate_object(predictor, TRUTH, clicks=8).overlaps == [1.0]
    assert predictor.asked == [4]


def test_a_refusal_scores_nothing_and_can_still_be_corrected() -> None:
    outcome = evaluate_object(Scripted(TRUTH.mask, [-1, 0]), TRUTH)
    assert outcome.overlaps == [0.0, 1.0]


def test_the_summary_takes_quality_at_the_clicks_asked_for() -> None:
    outcomes = [
        Outcome("a", [0.80, 0.86, 0.95], 10.0, 30.0),
        Outcome("b", [0.95], 2.0, 10.0),
        Outcome("c", [0.10, 0.20, 0.30], 60.0, 20.0),
    ]
    at_four = summarise(outcomes)
    assert at_four == {
        "mean_iou": pytest.approx((0.80 + 0.95 + 0.10) / 3),
        "share_85": pytest.approx(1 / 3),
        "share_90": pytest.approx(1 / 3),
        "clicks_to_85": pytest.approx((5 + 4 + 10) / 3),
        "clicks_to_90": pytest.approx((6 + 4 + 10) / 3),
        "box_error_percent": pytest.approx(24.0),
        "latency_p50_ms": 20.0,
        "latency_p95_ms": pytest.approx(29.0),
        "n": 3,
    }
    at_five = summarise(outcomes, clicks=5)
    assert at_five["mean_iou"] == pytest.approx((0.86 + 0.95 + 0.20) / 3)
    assert at_five["share_85"] == pytest.approx(2 / 3)
