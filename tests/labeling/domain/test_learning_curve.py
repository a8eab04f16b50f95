"""The learning curve: found again where points lie on one, and never promising what points do not say."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.learning_curve import LearningCurve, expected_gain, fit

CURVE = LearningCurve(limit=0.9, scale=0.8, exponent=0.5, first=50)


def points(*counts: int) -> list[tuple[int, float]]:
    return [(count, CURVE.at(count)) for count in counts]


def test_points_on_a_curve_give_that_curve() -> None:
    found = fit(points(50, 100, 200, 400))
    assert found is not None
    assert (found.limit, found.scale, found.exponent) == pytest.approx((0.9, 0.8, 0.5), abs=1e-3)
    assert found.first == 50


def test_two_hundred_more_bring_what_the_curve_rises() -> None:
    found = fit(points(50, 100, 200))
    assert found is not None
    # 0.9 - 0.8 / 20 = 0.86, and 0.9 - 0.8 / sqrt(200) = 0.8434
    assert expected_gain(found, at=200, further=200) == pytest.approx(0.86 - 0.8434, abs=1e-3)


def test_fewer_than_three_different_numbers_of_objects_give_no_curve() -> None:
    assert fit([]) is None
    assert fit(points(50, 100)) is None
    assert fit([(50, 0.7), (100, 0.8), (100, 0.81)]) is None
    # Where learning starts is no point of the curve: a power of zero has no end.
    assert fit([(0, 0.6), (50, 0.7), (100, 0.8)]) is None


def test_points_that_fall_give_a_flat_curve_and_no_gain() -> None:
    found = fit([(50, 0.9), (100, 0.8), (200, 0.7)])
    assert found is not None
    assert (found.limit, found.scale) == (pytest.approx(0.8), 0.0)
    assert expected_gain(found, at=200, further=200) == 0.0


def test_no_curve_passes_one() -> None:
    found = fit([(10, 0.1), (20, 0.4), (30, 0.9)])
    assert found is not None
    assert found.limit == 1.0
    assert found.at(10**9) <= 1.0


def test_a_curve_is_sampled_from_its_first_point_to_the_last_that_is_asked_for() -> None:
    assert [count for count, _ in CURVE.sampled(to=450, most=5)] == [50, 150, 250, 350, 450]
    assert [count for count, _ in CURVE.sampled(to=52, most=40)] == [50, 51, 52]
    assert CURVE.sampled(to=50, most=5) == [(50, CURVE.at(50))]


@given(
    st.lists(
        st.tuples(st.integers(1, 100_000), st.floats(0, 1)), min_size=3, max_size=12, unique_by=lambda p: p[0]
    )
)
def test_whatever_was_measured_a_curve_never_falls_and_stays_below_one(
    measured: list[tuple[int, float]],
) -> None:
    found = fit(measured)
    assert found is not None
    last = max(count for count, _ in measured)
    values = [value for _, value in found.sampled(to=last + 200, most=20)]
    assert all(later >= earlier - 1e-12 for earlier, later in pairwise(values))
    assert values[-1] <= 1 + 1e-12
    assert expected_gain(found, at=last, further=200) >= -1e-12
