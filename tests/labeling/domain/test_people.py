"""Initials, whatever people are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.people import initials


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("annotator", "AN"),
        ("ada.lovelace", "AL"),
        ("Ada Augusta Lovelace", "AL"),
        ("x", "X"),
        ("élodie", "ÉL"),
        ("王 小明", "王小"),
        ("user_42", "U4"),
        ("", "?"),
        (" ._- ", "?"),
        ("ß", "SS"),
    ],
)
def test_initials_of_names(name: str, expected: str) -> None:
    assert initials(name) == expected


@given(st.text())
def test_there_are_always_one_or_two(name: str) -> None:
    assert 1 <= len(initials(name)) <= 2
