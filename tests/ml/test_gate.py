from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.evaluate import Outcome
from ml.gate import Comparison, GateRules, compare, interval, objections


def outcome(name: str, *overlaps: float, latency_ms: float = 10.0) -> Outcome:
    return Outcome(
        name=name,
        size=(100, 100),
        box=(10, 10, 50, 50),
        area=2000,
        overlaps=list(overlaps),
        box_error=5.0,
        score=0.9,
        latency_ms=latency_ms,
        refused=None,
    )


def pairs(before: list[float], after: list[float]) -> tuple[list[Outcome], list[Outcome]]:
    return tuple([outcome(str(n), value) for n, value in enumerate(side)] for side in (before, after))  # type: ignore[return-value]


def better(**changes: object) -> Comparison:
    """Return a comparison that nothing speaks against."""
    fine = Comparison(
        n=40,
        groups=12,
        mean_iou=(0.8, 0.85),
        share_85=(0.5, 0.7),
        clicks_to_90=(6.0, 5.0),
        latency_p50_ms=(20.0, 20.0),
        gain=0.05,
        low=0.02,
        high=0.08,
        gains=(),
    )
    return replace(fine, **changes)  # type: ignore[arg-type]


def test_objects_are_compared_one_by_one() -> None:
    before, after = pairs([0.5, 0.9, 0.7], [0.6, 0.88, 0.95])
    found = compare(before, after, groups=["a", "b", "c"])
    assert found.gains == pytest.approx((0.1, -0.02, 0.25))
    assert found.gain == pytest.approx(0.11)
    assert found.mean_iou == pytest.approx((0.7, 0.81))
    assert found.share_85 == pytest.approx((1 / 3, 2 / 3))
    assert (found.n, found.groups) == (3, 3)
    assert found.low < 0.11 < found.high


def test_clicks_and_latency_of_both_are_told() -> None:
    before = [outcome("a", 0.8, 0.85, 0.92, latency_ms=10), outcome("b", 0.95, latency_ms=30)]
    after = [outcome("a", 0.91, latency_ms=20), outcome("b", 0.7, 0.7, latency_ms=40)]
    found = compare(before, after, groups=["a", "b"])
    # The last one never gets there and counts as the most clicks, ten.
    assert found.clicks_to_90 == (5.0, 7.0)
    assert found.latency_p50_ms == (20.0, 30.0)


def test_other_objects_another_order_and_nothing_are_refused() -> None:
    before, after = pairs([0.5, 0.6], [0.5, 0.6])
    for other, groups in ((after[::-1], ["a", "b"]), (after[:1], ["a", "b"]), (after, ["a"])):
        with pytest.raises(ValueError, match="the same objects in the same order"):
            compare(before, other, groups=groups)
    with pytest.raises(ValueError, match="nothing to compare"):
        compare([], [], groups=[])


def test_gains_of_one_photograph_count_as_one_piece_of_evidence() -> None:
    gains = np.repeat([0.2, -0.1, 0.1, 0.0], 25)
    apart = interval(gains, [str(number) for number in range(100)])
    together = interval(gains, [str(number // 25) for number in range(100)])
    assert apart[0] > 0
    # Four photographs whose means are 0.2, -0.1, 0.1 and 0 may as well mean nothing.
    assert together[0] < 0
    assert together[1] - together[0] > 3 * (apart[1] - apart[0])


def test_the_interval_holds_the_true_mean_about_nineteen_times_in_twenty() -> None:
    rng, held = np.random.default_rng(5), 0
    for seed in range(200):
        gains = rng.normal(0.03, 0.1, 60)
        low, high = interval(gains, [str(n) for n in range(60)], seed=seed, resampled=500)
        held += low <= 0.03 <= high
    assert 180 <= held <= 198


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.integers(0, 1000))
def test_the_interval_lies_within_the_gains_and_depends_on_the_seed_alone(
    values: list[float], seed: int
) -> None:
    gains = np.array(values)
    groups = [str(number % 7) for number in range(len(values))]
    low, high = interval(gains, groups, seed=seed, resampled=50)
    assert gains.min() - 1e-9 <= low <= high <= gains.max() + 1e-9
    assert (low, high) == interval(gains, groups, seed=seed, resampled=50)


def test_a_sure_gain_passes() -> None:
    assert objections(better(), None, megabytes=8, rules=GateRules()) == []
    assert objections(better(), better(gain=-0.002, low=-0.009), megabytes=8, rules=GateRules()) == []


@pytest.mark.parametrize(
    ("held_out", "check", "megabytes", "expected"),
    [
        (
            better(gain=0.01, low=-0.004, high=0.03),
            None,
            8,
            "On held-out objects the gain is 1.0 points, between -0.4 and 3.0: it may be none.",
        ),
        (better(groups=7), None, 8, "7 held-out images are too few to tell; 8 are needed."),
        (
            better(),
            better(gain=-0.02, low=-0.03),
            8,
            "On other kinds of objects it may lose up to 3.0 points; 1.0 are allowed.",
        ),
        (better(latency_p50_ms=(20.0, 31.0)), None, 8, "A click takes 31 ms instead of 20 ms."),
        (better(), None, 251, "The file has 251 MB; 250 MB are allowed."),
    ],
)
def test_each_objection_is_a_sentence(
    held_out: Comparison, check: Comparison | None, megabytes: float, expected: str
) -> None:
    assert objections(held_out, check, megabytes=megabytes, rules=GateRules()) == [expected]
