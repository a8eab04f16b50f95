import numpy as np
import pytest

from ml.clicks import correction_click, extreme_points

DIAMOND = np.abs(np.arange(21) - 10)[:, None] + np.abs(np.arange(31) - 15)[None, :] <= 8
CLICKS = np.array([(7.0, 10), (15, 2), (23, 10), (15, 18)])


def rectangle(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    mask = np.zeros((60, 80), np.bool_)
    mask[top : bottom + 1, left : right + 1] = True
    return mask


def test_extreme_points_are_left_top_right_bottom() -> None:
    assert extreme_points(DIAMOND).tolist() == CLICKS.tolist()


def test_of_many_outermost_pixels_the_middle_one_is_clicked() -> None:
    found = extreme_points(rectangle(10, 20, 30, 40))
    assert found.tolist() == [[10, 30], [20, 20], [30, 30], [20, 40]]


def test_jitter_stays_on_the_object_and_near_the_extreme() -> None:
    rng = np.random.default_rng(7)
    seen = set()
    for _ in range(50):
        points = extreme_points(DIAMOND, jitter=3, rng=rng).astype(int)
        assert DIAMOND[points[:, 1], points[:, 0]].all()
        assert (np.abs(points[[0, 2], 0] - [7, 23]) <= 3).all()
        assert (np.abs(points[[1, 3], 1] - [2, 18]) <= 3).all()
        seen.add(tuple(points[0].tolist()))
    assert len(seen) > 5


def test_an_empty_mask_has_no_extreme_points() -> None:
    with pytest.raises(ValueError, match="empty mask"):
        extreme_points(np.zeros((3, 3), np.bool_))


def test_a_correction_is_the_true_boundary_closest_to_the_deepest_error() -> None:
    truth = rectangle(10, 10, 50, 40)
    rows, columns = np.mgrid[:60, :80]
    hole = (columns - 44) ** 2 + (rows - 25) ** 2 <= 36
    shallow = rectangle(10, 10, 12, 40)
    click = correction_click(truth, truth & ~hole & ~shallow, CLICKS)
    assert click is not None
    assert click.tolist() == [50, 25]


def test_what_is_too_much_is_corrected_too() -> None:
    truth, prediction = rectangle(10, 10, 30, 40), rectangle(10, 10, 50, 40)
    click = correction_click(truth, prediction, CLICKS)
    assert click is not None
    assert click[0] == 30


def test_an_earlier_click_is_not_repeated() -> None:
    truth = rectangle(10, 10, 30, 40)
    prediction = truth | rectangle(31, 15, 50, 25) | rectangle(31, 32, 38, 38)
    first = correction_click(truth, prediction, CLICKS)
    assert first is not None
    second = correction_click(truth, prediction, np.vstack([CLICKS, first]))
    assert second is not None
    assert np.hypot(*(second - first)) > 1.5
    assert second[1] >= 32


def test_where_nothing_is_wrong_nothing_is_clicked() -> None:
    assert correction_click(DIAMOND, DIAMOND, CLICKS) is None


def test_void_pixels_are_no_error() -> None:
    truth, prediction = rectangle(10, 10, 30, 40), rectangle(10, 10, 50, 40)
    void = rectangle(31, 0, 79, 59)
    assert correction_click(truth, prediction, CLICKS, void=void) is None


def test_a_missed_correction_is_a_pixel_of_the_image_within_reach() -> None:
    truth, prediction = rectangle(10, 10, 30, 40), rectangle(10, 10, 50, 40)
    exact = correction_click(truth, prediction, CLICKS)
    assert exact is not None
    rng, seen = np.random.default_rng(5), set()
    for _ in range(200):
        click = correction_click(truth, prediction, CLICKS, jitter=2.5, rng=rng)
        assert click is not None
        assert np.hypot(*(click - exact)) <= 2.5
        seen.add(tuple(click.astype(int).tolist()))
    # All 21 pixels of a disc of that radius.
    assert len(seen) == 21


def test_a_missed_correction_never_leaves_the_image() -> None:
    truth = np.ones((12, 9), np.bool_)
    prediction = truth.copy()
    prediction[:, 6:] = False
    for seed in range(50):
        rng = np.random.default_rng(seed)
        click = correction_click(truth, prediction, np.zeros((4, 2)), jitter=8, rng=rng)
        assert click is not None
        assert (click >= 0).all()
        assert (click < [9, 12]).all()


def test_a_jitter_below_a_pixel_misses_nothing() -> None:
    truth, prediction = rectangle(10, 10, 30, 40), rectangle(10, 10, 50, 40)
    exact = correction_click(truth, prediction, CLICKS)
    missed = correction_click(truth, prediction, CLICKS, jitter=0.9, rng=np.random.default_rng(1))
    assert np.array_equal(exact, missed)


def test_no_correction_aims_again_at_what_an_earlier_one_may_have_missed() -> None:
    truth = rectangle(10, 10, 30, 40)
    prediction = truth | rectangle(31, 15, 50, 25) | rectangle(31, 32, 38, 38)
    # The first correction aims at (30, 20); this one missed it by four pixels.
    clicks = np.vstack([CLICKS, (34, 20)])
    again = correction_click(truth, prediction, clicks)
    assert again is not None
    assert again.tolist() == [30, 20]
    aimed = correction_click(truth, prediction, clicks, jitter=4.5, rng=np.random.default_rng(1))
    assert aimed is not None
    assert aimed[1] >= 28


def test_the_same_generator_misses_the_same() -> None:
    truth, prediction = rectangle(10, 10, 30, 40), rectangle(10, 10, 50, 40)
    one, two = (
        correction_click(truth, prediction, CLICKS, jitter=6, rng=np.random.default_rng(3)) for _ in range(2)
    )
    assert np.array_equal(one, two)
