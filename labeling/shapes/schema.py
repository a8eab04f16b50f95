"""What a label asks of its objects: attributes as they are sent and taken."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from labeling.domain.attributes import MAX_CHOICES
from labeling.shapes.base import NoNul, Request, Shape

AttributeKindName: TypeAlias = Literal["text", "number", "choice", "yes_no"]
# Which of them fits, the domain says in words of its own.
AttributeValue: TypeAlias = bool | int | float | str
AttributeName: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoNul
]
Choices: TypeAlias = Annotated[list[AttributeName], Field(max_length=MAX_CHOICES)]
Bound: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
Place: TypeAlias = Annotated[int, Field(ge=1, le=1_000_000)]


class Attribute(Shape):
    """One question of a label. `choices` are those of the kind "choice", `min` and `max` those of a number.

    `default` is the answer of a new object. Without an answer to a `required` one the task is not submitted.
    """

    id: int
    name: str
    kind: AttributeKindName
    choices: list[str]
    required: bool
    default: AttributeValue | None
    min: float | None
    max: float | None
    position: int


class AttributeCreate(Request):
    """A new question at the end of a label's."""

    name: AttributeName
    kind: AttributeKindName
    choices: Choices = []
    required: bool = False
    default: AttributeValue | None = None
    min: Bound | None = None
    max: Bound | None = None


class AttributeChange(Request):
    """What is given changes; a null takes the default or a bound away. The kind stays what it was.

    A change after which answers would no longer hold names their number in `confirm`.
    """

    name: AttributeName | None = None
    choices: Choices | None = None
    required: bool | None = None
    default: AttributeValue | None = None
    min: Bound | None = None
    max: Bound | None = None
    position: Place | None = None
    confirm: Annotated[int, Field(ge=0, lt=2**63)] | None = None
