"""What the server takes. Unknown fields are refused, so that a typing error never passes in silence."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from labeling.shapes.objects import LabelKindName, RoleName


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain NUL characters")
    return text


# Postgres cannot store NUL, and no name wants it.
NoNul = AfterValidator(_without_nul)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NoNul]
LabelName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoNul]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
RequestId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
Identifier = Annotated[int, Field(ge=1, lt=2**63)]


class Request(BaseModel):
    """A strict request body."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Credentials(Request):
    username: Annotated[str, StringConstraints(min_length=1, max_length=150), NoNul]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000), NoNul]


class DatasetCreate(Request):
    name: Name


class LabelCreate(Request):
    name: LabelName
    color: Color
    kind: LabelKindName = "thing"


class LabelChange(Request):
    name: LabelName | None = None
    color: Color | None = None
    kind: LabelKindName | None = None


class ProjectCreate(Request):
    name: Name
    dataset_ids: Annotated[list[Identifier], Field(max_length=100)] = []
    labels: Annotated[list[LabelCreate], Field(max_length=1000)] = []


class ProjectChange(Request):
    name: Name | None = None
    guide: Annotated[str, StringConstraints(max_length=100_000), NoNul] | None = None
    dataset_ids: Annotated[list[Identifier], Field(max_length=100)] | None = None


class MemberChange(Request):
    username: Annotated[str, StringConstraints(min_length=1, max_length=150), NoNul]
    role: RoleName


class Click(Request):
    """A click in image pixels, x right, y down; `t` is milliseconds since the object's first click."""

    # Numbers that are no numbers are let through here: the domain refuses them with a message of their own.
    x: float
    y: float
    t: float | None = None


class SegmentRequest(Request):
    """Four extreme points in any order, then corrections on the boundary."""

    points: Annotated[list[Click], Field(max_length=1000)]
    request_id: RequestId | None = None
    parent_proposal_id: Identifier | None = None


class MaskInput(Request):
    """A COCO compressed run-length encoding of the whole image: `size` is [height, width]."""

    size: Annotated[list[int], Field(min_length=2, max_length=2)]
    counts: Annotated[str, StringConstraints(min_length=1)]


class AnnotationCreate(Request):
    """Exactly one of `proposal_id` and `mask`. The same `client_id` again answers with the same object."""

    label_id: Identifier
    proposal_id: Identifier | None = None
    mask: MaskInput | None = None
    client_id: UUID | None = None


class AnnotationChange(Request):
    """`version` is the one last seen; at most one of `proposal_id` and `mask`."""

    version: Annotated[int, Field(ge=1)]
    label_id: Identifier | None = None
    proposal_id: Identifier | None = None
    mask: MaskInput | None = None
    deleted: bool | None = None


class ChangesRequest(Request):
    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000), NoNul]


class ExportCreate(Request):
    format: Literal["coco"] = "coco"


class Heartbeat(Request):
    """A frame on the task's socket that renews the lease."""

    type: Literal["heartbeat"]


class SegmentFrame(Request):
    """A frame on the task's socket that asks for a mask."""

    type: Literal["segment"]
    request_id: RequestId
    points: Annotated[list[Click], Field(max_length=1000)]
    parent_proposal_id: Identifier | None = None
