"""Attributes: which definitions make sense, and which answers hold."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.attributes import (
    Attribute,
    AttributeInvalid,
    Value,
    answers,
    default_values,
    ensure_answered,
    ensure_definable,
    ensure_value,
    is_value,
    merge_values,
    unanswered,
)
from labeling.domain.errors import Kind, Refused

TEXT = Attribute(1, "note", "text")
NUMBER = Attribute(2, "age", "number", minimum=0, maximum=120)
CHOICE = Attribute(3, "colour", "choice", choices=("red", "blue"))
YES_NO = Attribute(4, "broken", "yes_no")
ALL = (TEXT, NUMBER, CHOICE, YES_NO)
VALUES = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["red", "blue"])
)


@pytest.mark.parametrize("attribute", ALL)
def test_sound_definitions_are_taken(attribute: Attribute) -> None:
    ensure_definable(attribute)


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        (replace(TEXT, name="Occluded"), "attribute_name_reserved"),
        (replace(TEXT, name="crowd"), "attribute_name_reserved"),
        (replace(TEXT, choices=("a",)), "choices_unexpected"),
        (replace(CHOICE, choices=()), "choices_missing"),
        (replace(CHOICE, choices=tuple(str(n) for n in range(51))), "choices_too_many"),
        (replace(CHOICE, choices=("red", "red")), "choices_not_unique"),
        (replace(TEXT, minimum=0), "range_unexpected"),
        (replace(CHOICE, maximum=0), "range_unexpected"),
        (replace(NUMBER, minimum=121), "range_empty"),
        (replace(NUMBER, maximum=1e16), "attribute_not_finite"),
        (replace(NUMBER, default=121), "attribute_out_of_range"),
        (replace(NUMBER, default="1"), "attribute_not_number"),
        (replace(CHOICE, default="green"), "attribute_not_a_choice"),
        (replace(YES_NO, default=1), "attribute_not_yes_no"),
        (replace(TEXT, default="x" * 1001), "attribute_too_long"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_by_name(attribute: Attribute, code: str) -> None:
    with pytest.raises(AttributeInvalid) as refused:
        ensure_definable(attribute)
    assert (refused.value.code, refused.value.kind) == (code, Kind.INVALID)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        (TEXT, ""),
        (TEXT, "x" * 1000),
        (NUMBER, 0),
        (NUMBER, 120),
        (NUMBER, 0.5),
        (replace(NUMBER, minimum=None), -1e15),
        (CHOICE, "red"),
        (YES_NO, False),
        (YES_NO, True),
    ],
)
def test_answers_up_to_the_limits_are_taken(attribute: Attribute, value: Value) -> None:
    ensure_value(attribute, value)


@pytest.mark.parametrize(
    ("attribute", "value", "code", "message"),
    [
        (
            TEXT,
            5,
            "attribute_not_text",
            "“note” takes a text without NUL characters. Write one.",
        ),
        (TEXT, "\0", "attribute_not_text", "“note” takes a text without NUL characters. Write one."),
        (
            TEXT,
            "x" * 1001,
            "attribute_too_long",
            "“note” takes at most 1000 characters. Shorten the text.",
        ),
        (NUMBER, "5", "attribute_not_number", "“age” takes a number. Send one."),
        (NUMBER, True, "attribute_not_number", "“age” takes a number. Send one."),
        (
            NUMBER,
            float("nan"),
            "attribute_not_finite",
            "“age” takes numbers up to 1e+15. Send a smaller one.",
        ),
        (
            NUMBER,
            float("-inf"),
            "attribute_not_finite",
            "“age” takes numbers up to 1e+15. Send a smaller one.",
        ),
        (
            NUMBER,
            10**400,
            "attribute_not_finite",
            "“age” takes numbers up to 1e+15. Send a smaller one.",
        ),
        (
            NUMBER,
            121,
            "attribute_out_of_range",
            "“age” must be at least 0 and at most 120, not 121. Change the number.",
        ),
        (
            replace(NUMBER, maximum=None),
            -0.5,
            "attribute_out_of_range",
            "“age” must be at least 0, not -0.5. Change the number.",
        ),
        (
            CHOICE,
            "green",
            "attribute_not_a_choice",
            "“colour” takes one of its choices. Choose one.",
        ),
        (CHOICE, 1, "attribute_not_a_choice", "“colour” takes one of its choices. Choose one."),
        (
            YES_NO,
            1,
            "attribute_not_yes_no",
            "“broken” takes yes or no. Send true or false.",
        ),
        (
            YES_NO,
            "yes",
            "attribute_not_yes_no",
            "“broken” takes yes or no. Send true or false.",
        ),
    ],
)
def test_an_answer_that_is_none_is_refused_by_name(
    attribute: Attribute, value: Value, code: str, message: str
) -> None:
    with pytest.raises(AttributeInvalid) as refused:
        ensure_value(attribute, value)
    found = (refused.value.code, refused.value.message, refused.value.details)
    assert found == (code, message, {"attribute_id": attribute.id})


def test_answers_given_replace_answers_stored_and_null_takes_one_back() -> None:
    stored = {"1": "old", "2": 5, "99": "of a removed attribute"}
    merged = merge_values(ALL, stored=stored, given={1: "new", 2: None, 4: True})
    assert merged == {"1": "new", "99": "of a removed attribute", "4": True}
    assert stored == {"1": "old", "2": 5, "99": "of a removed attribute"}


def test_what_is_sent_back_unchanged_is_taken_though_it_no_longer_holds() -> None:
    stored = {"3": "green", "99": "gone"}
    assert merge_values(ALL, stored=stored, given={3: "green", 99: "gone"}) == stored


def test_true_and_one_are_two_answers() -> None:
    with pytest.raises(AttributeInvalid) as refused:
        merge_values(ALL, stored={"4": True}, given={4: 1})
    assert refused.value.code == "attribute_not_yes_no"


def test_an_answer_to_no_question_is_refused() -> None:
    with pytest.raises(AttributeInvalid) as refused:
        merge_values(ALL, stored={}, given={7: "x"})
    found = (refused.value.code, refused.value.message, refused.value.details)
    assert found == (
        "attribute_unknown",
        "The object's label has no attribute 7. Reload the page for the current ones.",
        {"attribute_id": 7},
    )


def test_defaults_fill_what_was_neither_answered_nor_left_open_on_purpose() -> None:
    asked = [
        replace(TEXT, default="none"),
        replace(NUMBER, default=3),
        replace(YES_NO, default=False),
        CHOICE,
    ]
    assert default_values(asked, stored={"1": "mine"}, given={2: None}) == {"1": "mine", "4": False}


def test_required_attributes_are_open_while_no_answer_holds() -> None:
    asked = [replace(attribute, required=True) for attribute in ALL]
    assert unanswered(asked, {}) == [1, 2, 3, 4]
    assert unanswered(asked, {"1": " \n", "2": 0, "3": "green", "4": False}) == [1, 3]
    assert unanswered(ALL, {}) == []


def test_objects_with_open_attributes_are_listed() -> None:
    ensure_answered({5: [], 6: []})
    with pytest.raises(Refused) as refused:
        ensure_answered({5: [1], 6: [], 7: [1, 2]})
    assert refused.value.code == "attributes_missing"
    assert refused.value.details == {
        "objects": [{"annotation_id": 5, "attributes": [1]}, {"annotation_id": 7, "attributes": [1, 2]}]
    }
    assert refused.value.message == "2 objects lack an attribute that is required. Fill it in, then submit."


def test_answers_leave_by_name_and_only_those_that_hold() -> None:
    values = {"1": "", "2": 7, "3": "green", "4": False, "99": "gone"}
    assert answers(ALL, values) == {"age": 7, "broken": False}


@given(st.sampled_from(ALL), VALUES)
def test_whatever_is_sent_is_refused_by_name_or_stored_as_it_came(attribute: Attribute, value: Value) -> None:
    if not _holds(attribute, value):
        with pytest.raises(AttributeInvalid) as refused:
            merge_values(ALL, stored={}, given={attribute.id: value})
        assert refused.value.details == {"attribute_id": attribute.id}
        return
    stored = merge_values(ALL, stored={}, given={attribute.id: value})
    assert stored == {str(attribute.id): value}
    # Sent back, it is taken, whatever the schema has become.
    assert merge_values([], stored=stored, given={attribute.id: value}) == stored


def _holds(attribute: Attribute, value: Value) -> bool:
    # A blank text is stored as it was written, and answers nothing.
    if attribute.kind == "text" and isinstance(value, str):
        return "\0" not in value
    return is_value(attribute, value)


@given(st.dictionaries(st.sampled_from([1, 4]), st.one_of(st.none(), st.booleans())))
def test_merging_is_the_same_at_once_or_one_by_one(given_values: dict[int, bool | None]) -> None:
    asked = (replace(YES_NO, id=1), YES_NO)
    stored: dict[str, Value] = {"1": True}
    at_once = merge_values(asked, stored=stored, given=given_values)
    for key, value in given_values.items():
        stored = merge_values(asked, stored=stored, given={key: value})
    assert stored == at_once
