import numpy as np
import pytest
from numpy.typing import ArrayLike

from ml.errors import EmptyMask
from ml.evaluate import Outcome, Truth, evaluate_object, summarise, warm_up
from ml.metrics import iou
from ml.predictor import Image, Mask, Prediction
from tests.ml.pictures import disc, painted


class Scripted:
    """Answers the truth without its left columns: as many as the list says for each number of clicks."""

    version = "scripted-1"

    def __init__(self, truth: Mask, missing: list[int]) -> None:
        self.truth, self.missing = truth, missing
        self.asked: list[int] = []
        self.points: list[list[list[float]]] = []

    def predict(self, image: Image, points: ArrayLike) -> Prediction:
        count = len(np.asarray(points))
        self.asked.append(count)
        self.points.append(np.asarray(points).tolist())
        columns = self.missing[min(count - 4, len(self.missing) - 1)]
        if columns < 0:
            raise EmptyMask("Told to find nothing.")
        found = self.truth.copy()
        found[:, : 60 + columns] = False
        return Prediction(found.shape, (0, 0), found, lambda: found.astype(np.float32), count / 10)


TRUTH = Truth("disc", painted(disc()), disc(), None)
AREA = int(disc().sum())


def overlap_without(columns: int) -> float:
    return 1 - int(disc()[:, : 60 + columns].sum()) / AREA


def test_clicks_go_on_until_the_object_is_very_good() -> None:
    predictor = Scripted(TRUTH.mask, [60, 40, 5, 0])
    outcome, _ = evaluate_object(predictor, TRUTH)
    assert predictor.asked == [4, 5, 6]
    assert outcome.overlaps == [overlap_without(columns) for columns in (60, 40, 5)]


def test_clicks_end_at_the_most() -> None:
    predictor = Scripted(TRUTH.mask, [60])
    outcome, _ = evaluate_object(predictor, TRUTH, most_clicks=6)
    assert len(outcome.overlaps) == 3
    assert predictor.asked == [4, 5, 6]


def test_all_clicks_asked_for_are_made_also_on_a_very_good_object() -> None:
    predictor = Scripted(TRUTH.mask, [10, 8, 6, 4])
    outcome, _ = evaluate_object(predictor, TRUTH, clicks=6)
    assert predictor.asked == [4, 5, 6]
    assert outcome.overlaps[-1] == overlap_without(6)


def test_box_error_score_and_answer_are_those_at_the_clicks_asked_for() -> None:
    predictor = Scripted(TRUTH.mask, [60, 40, 20, 5])
    outcome, answer = evaluate_object(predictor, TRUTH, clicks=5)
    # Corrections go on behind them.
    assert predictor.asked == [4, 5, 6, 7]
    assert answer.points.tolist() == predictor.points[1]
    assert iou(answer.mask, TRUTH.mask) == outcome.overlaps[1] == outcome.overlap_at(5)
    assert (answer.score, outcome.score) == (0.5, 0.5)
    assert outcome.box_error == pytest.approx(100 * (1 - overlap_without(40)) * AREA / 121**2)


def test_an_outcome_knows_the_object() -> None:
    outcome, _ = evaluate_object(Scripted(TRUTH.mask, [0]), TRUTH)
    assert (outcome.name, outcome.size, outcome.area) == ("disc", (200, 260), AREA)
    assert outcome.box == (60, 30, 121, 121)
    assert outcome.refused is None
    assert outcome.latency_ms > 0


def test_where_nothing_is_wrong_no_click_is_made() -> None:
    predictor = Scripted(TRUTH.mask, [0])
    outcome, answer = evaluate_object(predictor, TRUTH, clicks=8)
    assert outcome.overlaps == [1.0]
    assert outcome.overlap_at(8) == 1.0
    assert predictor.asked == [4]
    assert len(answer.points) == 4


def test_a_refusal_scores_nothing_and_can_still_be_corrected() -> None:
    outcome, answer = evaluate_object(Scripted(TRUTH.mask, [-1, 0]), TRUTH)
    assert outcome.overlaps == [0.0, 1.0]
    assert (outcome.score, outcome.refused) == (None, "empty_mask")
    assert (answer.score, answer.refused, int(answer.mask.sum())) == (None, "empty_mask", 0)
    assert outcome.box_error == pytest.approx(100 * AREA / 121**2)


def test_the_first_refusal_is_kept_also_when_it_comes_later() -> None:
    outcome, answer = evaluate_object(Scripted(TRUTH.mask, [60, -1, 0]), TRUTH)
    assert outcome.overlaps == [overlap_without(60), 0.0, 1.0]
    assert (outcome.refused, answer.refused) == ("empty_mask", None)


def test_a_defect_is_not_taken_for_a_refusal() -> None:
    class Broken(Scripted):
        def predict(self, image: Image, points: ArrayLike) -> Prediction:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        evaluate_object(Broken(TRUTH.mask, []), TRUTH)


def clicks_of(name: str, seed: int, missing: list[int], jitter: float = 6) -> list[list[list[float]]]:
    predictor = Scripted(TRUTH.mask, missing)
    truth = Truth(name, TRUTH.image, TRUTH.mask, None)
    evaluate_object(predictor, truth, jitter=jitter, seed=seed)
    return predictor.points


def test_where_clicks_miss_to_depends_on_seed_and_name_alone() -> None:
    one = clicks_of("one", 1, [60, 40, 0])
    assert clicks_of("one", 1, [60, 40, 0]) == one
    assert clicks_of("two", 1, [60, 40, 0])[0] != one[0]
    assert clicks_of("one", 2, [60, 40, 0])[0] != one[0]
    # Another model gets the same four clicks, whatever it answers.
    assert clicks_of("one", 1, [20, 0])[0] == one[0]


def test_without_jitter_the_seed_changes_nothing() -> None:
    exact = clicks_of("one", 1, [60, 40, 0], jitter=0)
    assert clicks_of("two", 2, [60, 40, 0], jitter=0) == exact
    assert exact[0] == [[60, 90], [120, 30], [180, 90], [120, 150]]


def test_corrections_miss_too() -> None:
    exact, missed = (clicks_of("one", 1, [60, 40, 0], jitter=jitter)[-1] for jitter in (0, 6))
    distances = np.hypot(*(np.array(missed[4:]) - exact[4:]).T)
    assert distances.max() > 0
    assert distances.min() <= 6


def test_warming_up_asks_once() -> None:
    predictor = Scripted(TRUTH.mask, [-1])
    warm_up(predictor, TRUTH)
    assert predictor.asked == [4]


def outcome_of(
    overlaps: list[float], box_error: float, latency_ms: float, score: float | None = 0.5
) -> Outcome:
    return Outcome("name", (9, 9), (0, 0, 9, 9), 81, overlaps, box_error, score, latency_ms, None)


OUTCOMES = [
    outcome_of([0.80, 0.86, 0.95], 10.0, 30.0, 0.7),
    outcome_of([0.95], 2.0, 10.0, 0.6),
    outcome_of([0.10, 0.20, 0.30], 60.0, 20.0, 0.1),
    outcome_of([0.0], 100.0, 40.0, None),
]


def test_the_summary_takes_quality_at_the_clicks_asked_for() -> None:
    at_four = summarise(OUTCOMES[:3], jitter=2.5)
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
        "mean_iou_by_clicks": pytest.approx(
            [1.85 / 3, 2.01 / 3, 2.2 / 3, 2.2 / 3, 2.2 / 3, 2.2 / 3, 2.2 / 3]
        ),
        "hard_n": 1,
        "hard_gain_fifth": pytest.approx(0.1),
        # Scores rank 3, 2, 1 and overlaps 2, 3, 1.
        "score_spearman": pytest.approx(0.5),
        "jitter": 2.5,
    }
    at_five = summarise(OUTCOMES[:3], clicks=5)
    assert at_five["mean_iou"] == pytest.approx((0.86 + 0.95 + 0.20) / 3)
    assert at_five["share_85"] == pytest.approx(2 / 3)


def test_a_refused_answer_lowers_the_mean_but_has_no_score_to_be_judged() -> None:
    figures = summarise(OUTCOMES)
    assert figures["mean_iou"] == pytest.approx(1.85 / 4)
    assert figures["score_spearman"] == pytest.approx(0.5)


def test_what_is_undefined_is_none() -> None:
    figures = summarise([OUTCOMES[1]])
    assert (figures["hard_n"], figures["hard_gain_fifth"], figures["score_spearman"]) == (0, None, None)


def test_more_clicks_than_ten_make_longer_curves() -> None:
    curve = summarise(OUTCOMES[:1], clicks=12)["mean_iou_by_clicks"]
    assert curve == pytest.approx([0.8, 0.86] + [0.95] * 7)
