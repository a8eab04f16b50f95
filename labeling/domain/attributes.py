"""Attributes: what a label asks of its objects, and which answers it takes."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from labeling.domain.errors import Refused, conflict

TEXT, NUMBER, CHOICE, YES_NO = "text", "number", "choice", "yes_no"
KINDS = (TEXT, NUMBER, CHOICE, YES_NO)
MAX_ATTRIBUTES = 50
MAX_CHOICES = 50
MAX_TEXT = 1000
# Beyond this a browser no longer tells neighbouring whole numbers apart everywhere.
MAX_NUMBER = 1e15
# Every object has these already, and exports write them beside the attributes.
RESERVED = frozenset({"occluded", "truncated", "crowd", "ignore"})

Value: TypeAlias = bool | int | float | str
Values: TypeAlias = Mapping[str, Value]


class AttributeInvalid(Refused):
    """A definition or a value that is none.

    Definitions: `attribute_name_reserved`, `choices_missing`, `choices_too_many`, `choices_not_unique`,
    `choices_unexpected`, `range_unexpected`, `range_empty`, and what a default is refused for.
    Values: `attribute_unknown`, `attribute_not_text`, `attribute_too_long`, `attribute_not_number`,
    `attribute_not_finite`, `attribute_out_of_range`, `attribute_not_a_choice`, `attribute_not_yes_no`;
    `details["attribute_id"]` says of which attribute.
    """


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question of a label. `default` is the answer of a new object; numbers may have bounds."""

    id: int
    name: str
    kind: str
    choices: tuple[str, ...] = ()
    required: bool = False
    default: Value | None = None
    minimum: float | None = None
    maximum: float | None = None


def ensure_definable(attribute: Attribute) -> None:
    """Raise `AttributeInvalid` unless a label may have this attribute."""
    if attribute.name.casefold() in RESERVED:
        raise AttributeInvalid(
            "attribute_name_reserved",
            f"Every object has “{attribute.name}” already. Choose another name.",
        )
    _check_choices(attribute)
    bounds = [bound for bound in (attribute.minimum, attribute.maximum) if bound is not None]
    if bounds and attribute.kind != NUMBER:
        raise AttributeInvalid(
            "range_unexpected", "Only numbers have a smallest and a largest value. Leave them out."
        )
    for bound in bounds:
        _check_number(attribute, bound)
    if bounds != sorted(bounds):
        raise AttributeInvalid(
            "range_empty", "The smallest value is above the largest. Exchange them, or leave one out."
        )
    if attribute.default is not None:
        ensure_value(attribute, attribute.default)


def _check_choices(attribute: Attribute) -> None:
    if attribute.kind != CHOICE:
        if attribute.choices:
            raise AttributeInvalid(
                "choices_unexpected", "Only attributes of the kind “choice” have choices. Leave them out."
            )
        return
    if not attribute.choices:
        raise AttributeInvalid("choices_missing", "Give at least one choice to choose from.")
    if len(attribute.choices) > MAX_CHOICES:
        raise AttributeInvalid(
            "choices_too_many",
            f"{len(attribute.choices)} choices are too many; {MAX_CHOICES} is the limit. "
            "Ask for a text instead.",
        )
    if len(set(attribute.choices)) < len(attribute.choices):
        raise AttributeInvalid("choices_not_unique", "A choice is there twice. Remove one of them.")


def ensure_value(attribute: Attribute, value: Value) -> None:
    """Raise `AttributeInvalid` unless `value` is an answer to the attribute."""
    if attribute.kind == TEXT:
        _check_text(attribute, value)
    elif attribute.kind == NUMBER:
        _check_range(attribute, _check_number(attribute, value))
    elif attribute.kind == CHOICE:
        if not isinstance(value, str) or value not in attribute.choices:
            raise _refused(attribute, "attribute_not_a_choice", "takes one of its choices. Choose one")
    elif not isinstance(value, bool):
        raise _refused(attribute, "attribute_not_yes_no", "takes yes or no. Send true or false")


def _check_text(attribute: Attribute, value: Value) -> None:
    if not isinstance(value, str) or "\x00" in value:
        raise _refused(attribute, "attribute_not_text", "takes a text without NUL characters. Write one")
    if len(value) > MAX_TEXT:
        raise _refused(
            attribute, "attribute_too_long", f"takes at most {MAX_TEXT} characters. Shorten the text"
        )


def _check_number(attribute: Attribute, value: Value) -> float:
    if isinstance(value, (bool, str)):
        raise _refused(attribute, "attribute_not_number", "takes a number. Send one")
    # Whole numbers of any length come here, and not all of them fit into a float.
    if not (isinstance(value, int) or math.isfinite(value)) or abs(value) > MAX_NUMBER:
        raise _refused(
            attribute, "attribute_not_finite", f"takes numbers up to {MAX_NUMBER:g}. Send a smaller one"
        )
    return value


def _check_range(attribute: Attribute, value: float) -> None:
    low, high = attribute.minimum, attribute.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        span = " and ".join(
            words
            for words in (
                "" if low is None else f"at least {low:g}",
                "" if high is None else f"at most {high:g}",
            )
            if words
        )
        raise _refused(
            attribute, "attribute_out_of_range", f"must be {span}, not {value:g}. Change the number"
        )


def _refused(attribute: Attribute, code: str, what: str) -> AttributeInvalid:
    return AttributeInvalid(code, f"“{attribute.name}” {what}.", attribute_id=attribute.id)


def is_value(attribute: Attribute, value: Value | None) -> bool:
    """Return whether `value` answers the attribute; a blank text answers nothing."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return False
    try:
        ensure_value(attribute, value)
    except AttributeInvalid:
        return False
    return True


def merge_values(
    attributes: Iterable[Attribute], *, stored: Values, given: Mapping[int, Value | None]
) -> dict[str, Value]:
    """Return `stored` with the answers in `given`; None takes an answer back, those not named stay.

    An answer that is stored already is taken as it is: the schema may have changed since, and whoever sends
    everything back has changed nothing. Raises `AttributeInvalid`.
    """
    known = {attribute.id: attribute for attribute in attributes}
    values = dict(stored)
    for key, value in given.items():
        if value is None:
            values.pop(str(key), None)
        elif not _is_same(stored.get(str(key)), value):
            if key not in known:
                raise AttributeInvalid(
                    "attribute_unknown",
                    f"The object's label has no attribute {key}. Reload the page for the current ones.",
                    attribute_id=key,
                )
            ensure_value(known[key], value)
            values[str(key)] = value
    return values


def _is_same(stored: Value | None, value: Value) -> bool:
    # True equals 1 in Python and not in JSON.
    return stored == value and isinstance(stored, bool) == isinstance(value, bool)


def default_values(
    attributes: Iterable[Attribute], *, stored: Values, given: Mapping[int, Value | None]
) -> dict[str, Value]:
    """Return `stored` with the defaults of what was neither answered nor left open on purpose."""
    defaults = {
        str(attribute.id): attribute.default
        for attribute in attributes
        if attribute.default is not None and attribute.id not in given
    }
    return defaults | dict(stored)


def unanswered(attributes: Iterable[Attribute], values: Values) -> list[int]:
    """Return the required attributes without an answer that holds now, in the schema's order."""
    return [
        attribute.id
        for attribute in attributes
        if attribute.required and not is_value(attribute, values.get(str(attribute.id)))
    ]


def ensure_answered(missing: Mapping[int, list[int]]) -> None:
    """Raise `Refused` with code `attributes_missing` while objects leave required attributes open.

    `missing` has the open attributes by the object; the refusal lists the objects that have some.
    """
    objects = [{"annotation_id": key, "attributes": ids} for key, ids in missing.items() if ids]
    if objects:
        raise conflict(
            "attributes_missing",
            f"{len(objects)} object{' lacks' if len(objects) == 1 else 's lack'} an attribute that is "
            "required. Fill it in, then submit.",
            objects=objects,
        )


def answers(attributes: Iterable[Attribute], values: Values) -> dict[str, Value]:
    """Return the answers that hold now, by the attributes' names."""
    return {
        attribute.name: values[str(attribute.id)]
        for attribute in attributes
        if is_value(attribute, values.get(str(attribute.id)))
    }
