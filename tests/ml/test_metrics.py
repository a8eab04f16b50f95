import numpy as np
import pytest

from ml.metrics import (
    average_ranks,
    box_error_percent,
    clicks_needed,
    clicks_to,
    hard_gain,
    iou,
    mean_curve,
    share_above,
    spearman,
)

TRUTH = np.zeros((6, 8), np.bool_)
TRUTH[1:5, 2:6] = True
SHIFTED = np.roll(TRUTH, 2, axis=1)


def test_iou() -> None:
    assert iou(TRUTH, TRUTH) == 1.0
    assert iou(SHIFTED, TRUTH) == pytest.approx(8 / 24)
    assert iou(~TRUTH, TRUTH) == 0.0
    assert iou(np.zeros_like(TRUTH), np.zeros_like(TRUTH)) == 1.0


def test_iou_leaves_void_out() -> None:
    void = np.zeros_like(TRUTH)
    void[:, 6:] = True
    assert iou(SHIFTED, TRUTH, void) == pytest.approx(8 / 16)


def test_box_error_counts_wrong_pixels_within_the_truth_s_box() -> None:
    assert box_error_percent(TRUTH, TRUTH) == 0.0
    assert box_error_percent(SHIFTED, TRUTH) == 50.0
    # What lies outside the box does not count.
    assert box_error_percent(np.ones_like(TRUTH), TRUTH) == 0.0


def test_box_error_leaves_void_out() -> None:
    void = np.zeros_like(TRUTH)
    void[:, 2] = True
    assert box_error_percent(SHIFTED, TRUTH, void) == pytest.approx(100 * 4 / 12)


def test_share_above_counts_the_threshold_itself() -> None:
    assert share_above([0.84, 0.85, 0.9, 0.2], 0.85) == 0.5


def test_clicks_to_a_quality_count_from_four_and_give_up_at_the_most() -> None:
    curves = [[0.9], [0.7, 0.8, 0.86], [0.1, 0.2], [0.5, 0.85, 0.4]]
    assert clicks_to(curves, 0.85, 4, 10) == (4 + 6 + 10 + 5) / 4


def test_a_quality_never_reached_needs_no_number_of_clicks() -> None:
    assert clicks_needed([0.7, 0.85, 0.4], 0.85, 4) == 5
    assert clicks_needed([0.7, 0.8], 0.85, 4) is None


def test_the_mean_curve_keeps_the_last_value_of_what_ended_early() -> None:
    assert mean_curve([[0.9], [0.5, 0.75, 0.25]], 4) == pytest.approx([0.7, 0.825, 0.575, 0.575])


def test_the_gain_is_that_of_hard_objects_by_one_more_click() -> None:
    curves = [[0.8, 0.1], [0.5, 0.75, 0.9], [0.75, 0.7], [0.3]]
    assert hard_gain(curves) == (3, pytest.approx((0.25 - 0.05 + 0) / 3))


def test_without_a_hard_object_there_is_no_gain() -> None:
    assert hard_gain([[0.8, 0.9], [1.0]]) == (0, None)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert average_ranks([0.3, 0.1, 0.3, 0.9, 0.3]).tolist() == [3, 1, 3, 5, 3]


def test_spearman_asks_for_the_order_alone() -> None:
    assert spearman([1, 2, 3, 4], [0.1, 0.2, 0.4, 100]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [-1, -2, -4, -100]) == pytest.approx(-1)
    # 1 - 6 * sum of squared rank differences / (n (n^2 - 1)) for ranks without ties.
    assert spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) == pytest.approx(1 - 6 * 4 / (5 * 24))


def test_spearman_with_ties_is_the_correlation_of_mean_ranks() -> None:
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
    assert spearman([0, 5, 5, 9], [1, 2, 3, 4]) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)


@pytest.mark.parametrize(
    ("first", "second"), [([], []), ([1], [2]), ([1, 1, 1], [1, 2, 3]), ([1, 2], [3, 3])]
)
def test_spearman_is_undefined_where_there_is_no_order(first: list[float], second: list[float]) -> None:
    assert spearman(first, second) is None
