"""What answers and bodies are made of."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain NUL characters")
    return text


# Postgres cannot store NUL, and no name wants it.
NoNul = AfterValidator(_without_nul)
Identifier: TypeAlias = Annotated[int, Field(ge=1, lt=2**63)]
ToolName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_-]{0,31}$")]
VerdictName: TypeAlias = Literal["none", "accepted", "rejected"]
ReasonOfRejection: TypeAlias = Literal[
    "wrong_label", "loose_edge", "missed_part", "two_objects", "missing_object", "other"
]


class Shape(BaseModel):
    """A frozen answer."""

    # What the server sends is always complete, also where a field has a default.
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Request(BaseModel):
    """A strict request body."""

    model_config = ConfigDict(extra="forbid", frozen=True)
