"""Where a comment's pin may stand, and for how long its author may change it."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.comments import CHANGEABLE_FOR, centre_of, ensure_changeable, pin_at, thread_is_open
from labeling.domain.errors import Refused

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _pin(x: float | None, y: float | None) -> tuple[float, float]:
    return pin_at(x, y, width=64, height=48)


@pytest.mark.parametrize(
    ("x", "y", "spot"),
    [
        (0, 0, (0, 0)),
        (63, 47, (63, 47)),
        (12.25, 3.5, (12.25, 3.5)),
        (-0.5, 47.5, (0, 47)),
        (63.5, 0, (63, 0)),
    ],
)
def test_a_pin_on_the_image(x: float, y: float, spot: tuple[float, float]) -> None:
    assert _pin(x, y) == spot


@pytest.mark.parametrize(
    ("x", "y", "field", "message"),
    [
        (-0.51, 0, "x", "The x must lie on the image, from 0 to 63."),
        (63.51, 0, "x", "The x must lie on the image, from 0 to 63."),
        (0, 48, "y", "The y must lie on the image, from 0 to 47."),
        (math.nan, 0, "x", "The x must lie on the image, from 0 to 63."),
        (0, math.inf, "y", "The y must lie on the image, from 0 to 47."),
        (
            None,
            None,
            "x",
            "Say where the comment belongs: give x and y, an object, or a parent_id.",
        ),
        (1, None, "y", "Say where the comment belongs: give x and y, an object, or a parent_id."),
    ],
)
def test_a_pin_elsewhere(x: float | None, y: float | None, field: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        _pin(x, y)
    assert refused.value.details == {"fields": {field: [message]}}


def test_the_middle_of_a_box_is_in_pixel_centres() -> None:
    assert centre_of([5.0, 6.0, 10.0, 8.0]) == (9.5, 9.5)
    assert centre_of([3.0, 4.0, 1.0, 1.0]) == (3.0, 4.0)


def _refusal(*, is_author: bool = True, is_deleted: bool = False, age: timedelta) -> str | None:
    try:
        ensure_changeable(is_author=is_author, is_deleted=is_deleted, created_at=NOW - age, now=NOW)
    except Refused as error:
        return error.code
    return None


def test_authors_change_their_words_for_fifteen_minutes() -> None:
    assert timedelta(minutes=15) == CHANGEABLE_FOR
    assert _refusal(age=CHANGEABLE_FOR) is None
    assert _refusal(age=CHANGEABLE_FOR + timedelta(microseconds=1)) == "comment_final"
    assert _refusal(age=timedelta(0), is_deleted=True) == "comment_deleted"
    assert _refusal(age=timedelta(0), is_author=False) == "not_allowed"


@given(st.booleans(), st.lists(st.booleans(), min_size=1))
def test_a_thread_is_open_while_it_is_unresolved_and_something_of_it_is_left(
    resolved: bool, deleted: list[bool]
) -> None:
    assert thread_is_open(resolved=resolved, deleted=deleted) == (not resolved and False in deleted)
