"""Verdicts: what goes with which, and what keeps a task from being accepted."""

import pytest

from labeling.domain.errors import Kind, Refused
from labeling.domain.verdicts import ensure_none_rejected, ensure_verdict


@pytest.mark.parametrize(
    ("verdict", "reasons", "text"),
    [
        ("none", [], ""),
        ("accepted", [], ""),
        ("rejected", [], ""),
        ("rejected", [], "See the handle."),
        ("rejected", ["loose_edge", "other"], "See the handle."),
    ],
)
def test_verdicts_that_make_sense_are_taken(verdict: str, reasons: list[str], text: str) -> None:
    ensure_verdict(verdict=verdict, reasons=reasons, text=text)


@pytest.mark.parametrize(
    ("verdict", "reasons", "text", "field"),
    [
        ("accepted", ["loose_edge"], "", "reasons"),
        ("none", [], "Why?", "reasons"),
        ("rejected", ["loose_edge", "loose_edge"], "", "reasons"),
        ("rejected", ["other"], "", "text"),
    ],
)
def test_what_does_not_go_with_the_verdict_is_refused(
    verdict: str, reasons: list[str], text: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        ensure_verdict(verdict=verdict, reasons=reasons, text=text)
    assert list(refused.value.details["fields"]) == [field]


@pytest.mark.parametrize(
    ("rejected", "words"), [([4], "1 object is rejected."), ([4, 9], "2 objects are rejected.")]
)
def test_rejected_objects_keep_a_task_from_being_accepted(rejected: list[int], words: str) -> None:
    ensure_none_rejected([])
    with pytest.raises(Refused) as refused:
        ensure_none_rejected(rejected)
    assert (refused.value.code, refused.value.kind) == ("objects_rejected", Kind.CONFLICT)
    assert refused.value.message.startswith(words)
    assert refused.value.details == {"annotations": rejected}
