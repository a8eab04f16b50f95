import numpy as np
import pytest

from ml.metrics import box_error_percent, clicks_to, iou, share_above

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
