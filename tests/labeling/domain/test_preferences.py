"""What fits into preferences."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.errors import Kind, Refused
from labeling.domain.preferences import MAX_BYTES, document_check

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("ab\\é0u"),
    lambda part: (
        st.lists(part, max_size=4) | st.dictionaries(st.text("ab\\0u", max_size=6), part, max_size=4)
    ),
)


@given(st.dictionaries(st.sampled_from(["keymap", "view"]), JSON))
def test_every_small_document_fits(document: dict[str, object]) -> None:
    document_check(document)


@pytest.mark.parametrize("bad", [math.nan, math.inf, "\ud800", {"x": [math.nan]}])
def test_what_is_no_json_is_refused(bad: object) -> None:
    with pytest.raises(Refused) as refused:
        document_check({"view": bad})
    assert list(refused.value.details["fields"]) == ["preferences"]


@pytest.mark.parametrize("bad", ["\x00", {"a\x00": 1}, ["x", {"y": "\\\x00"}]])
def test_a_nul_is_refused_wherever_it_stands(bad: object) -> None:
    with pytest.raises(Refused) as refused:
        document_check({"view": bad})
    assert refused.value.message == "Preferences must not contain NUL characters."


@pytest.mark.parametrize("fine", ["\\u0000", "\\\\u0000", "u0000"])
def test_words_that_only_look_like_a_nul_are_none(fine: str) -> None:
    document_check({"view": fine})


def test_the_limit_is_in_bytes_and_exact() -> None:
    room = MAX_BYTES - len(json.dumps({"theme": ""}, separators=(",", ":")))
    document_check({"theme": "x" * room})
    document_check({"theme": "é" * (room // 2)})
    for text in ("x" * (room + 1), "é" * (room // 2 + 1)):
        with pytest.raises(Refused) as refused:
            document_check({"theme": text})
        assert (refused.value.code, refused.value.kind) == ("too_large", Kind.TOO_LARGE)
