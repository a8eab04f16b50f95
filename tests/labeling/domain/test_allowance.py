"""An allowance: no second in which more than the limit gets through, and nothing dropped without need."""

from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.allowance import Allowance

TIMES = st.lists(st.floats(0, 10, allow_nan=False), max_size=80).map(sorted)


@given(TIMES, st.integers(1, 15))
def test_no_second_takes_more_than_the_limit_and_the_rest_is_counted(times: list[float], limit: int) -> None:
    allowance = Allowance(limit)
    taken = [time for time in times if allowance.take(time)]
    assert allowance.dropped == len(times) - len(taken)
    for first, beyond in zip(taken, taken[limit:], strict=False):
        assert beyond - first >= 1


@given(TIMES, st.integers(1, 15))
def test_what_is_dropped_would_have_been_too_much(times: list[float], limit: int) -> None:
    allowance, taken = Allowance(limit), list[float]()
    for time in times:
        if allowance.take(time):
            taken.append(time)
        else:
            assert sum(time - before < 1 for before in taken) == limit


def test_fifteen_in_a_second_and_then_one_more() -> None:
    allowance = Allowance(15)
    assert [allowance.take(number / 100) for number in range(20)] == [True] * 15 + [False] * 5
    assert (allowance.take(0.999), allowance.take(1.0), allowance.dropped) == (False, True, 6)
