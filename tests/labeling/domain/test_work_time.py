"""Work time: added up, never lost, never more than a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.errors import Refused
from labeling.domain.work_time import time_added, tool_times_added

TIMES = st.floats(0, 86_400)


def test_times_are_added_in_milliseconds() -> None:
    assert [time_added(0.1, 0.2), time_added(0, 12.3456), time_added(86_000, 86_400)] == [0.3, 12.346, 86_400]


def test_tools_are_added_one_by_one() -> None:
    before = {"extreme": 4.5, "brush": 1.0}
    assert tool_times_added(before, {"brush": 2.25, "erase": 3}) == {
        "extreme": 4.5,
        "brush": 3.25,
        "erase": 3,
    }
    assert before == {"extreme": 4.5, "brush": 1.0}


def test_more_tools_than_there_are_is_refused() -> None:
    before = {f"tool_{chr(97 + n)}": 1.0 for n in range(20)}
    more = {f"other_{chr(97 + n)}": 1.0 for n in range(13)}
    with pytest.raises(Refused) as refused:
        tool_times_added(before, more)
    assert refused.value.code == "too_many_tools"


@given(TIMES, TIMES)
def test_a_sum_is_never_less_than_its_parts_nor_more_than_a_day(before: float, more: float) -> None:
    total = time_added(before, more)
    assert max(before, more) - 0.0005 <= total <= 86_400
    assert total == time_added(more, before)
