"""What the server takes. Unknown fields are refused, so that a typing error never passes in silence."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from labeling.domain.attributes import MAX_ATTRIBUTES
from labeling.domain.guide import MAX_GUIDE_BYTES
from labeling.domain.stacking import MAX_POSITION
from labeling.domain.work_time import DAY, MAX_TOOLS
from labeling.shapes.base import Identifier, NoNul, ReasonOfRejection, Request, ToolName, VerdictName
from labeling.shapes.objects import LabelKindName, RoleName, TaskOrderName
from labeling.shapes.schema import AttributeCreate, AttributeValue


def _guide_sized(text: str) -> str:
    if len(text.encode()) > MAX_GUIDE_BYTES:
        raise ValueError(f"must have at most {MAX_GUIDE_BYTES:,} bytes")
    return text


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NoNul]
LabelName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoNul]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
RequestId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
Seconds = Annotated[float, Field(ge=0, le=DAY, allow_inf_nan=False)]
Version = Annotated[int, Field(ge=1)]


class Credentials(Request):
    username: Annotated[str, StringConstraints(min_length=1, max_length=150), NoNul]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000), NoNul]


class DatasetCreate(Request):
    name: Name


class LabelCreate(Request):
    name: LabelName
    color: Color
    kind: LabelKindName = "thing"
    attributes: Annotated[list[AttributeCreate], Field(max_length=MAX_ATTRIBUTES)] = []


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
    guide: Annotated[str, AfterValidator(_guide_sized), NoNul] | None = None
    dataset_ids: Annotated[list[Identifier], Field(max_length=100)] | None = None
    task_order: TaskOrderName | None = None
    random_share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None


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


class AnnotationDetails(Request):
    """What an object carries besides its mask. What is left out, or null, stays as it is.

    `attributes` are answers by the attribute's id, of which null takes one back. `seconds` and
    `tool_seconds` are what this edit took, without idle time: they are added up.
    """

    attributes: Annotated[dict[Identifier, AttributeValue | None], Field(max_length=1000)] | None = None
    occluded: bool | None = None
    truncated: bool | None = None
    crowd: bool | None = None
    ignore: bool | None = None
    position: Annotated[int, Field(ge=-MAX_POSITION, le=MAX_POSITION)] | None = None
    seconds: Seconds | None = None
    tool_seconds: Annotated[dict[ToolName, Seconds], Field(max_length=MAX_TOOLS)] | None = None


class AnnotationCreate(AnnotationDetails):
    """Exactly one of `proposal_id` and `mask`. The same `client_id` again answers with the same object."""

    label_id: Identifier
    proposal_id: Identifier | None = None
    mask: MaskInput | None = None
    client_id: UUID | None = None


class AnnotationChange(AnnotationDetails):
    """`version` is the one last seen; at most one of `proposal_id` and `mask`."""

    version: Version
    label_id: Identifier | None = None
    proposal_id: Identifier | None = None
    mask: MaskInput | None = None
    deleted: bool | None = None


class AnnotationReorder(Request):
    """Bring an object to the front or the back, or one step nearer or away."""

    version: Version
    move: Literal["front", "back", "forward", "backward"]


class VerdictCreate(Request):
    """What a reviewer says of one object; "none" takes it back. Only a rejection has reasons and a text."""

    version: Version
    verdict: VerdictName
    reasons: Annotated[list[ReasonOfRejection], Field(max_length=6)] = []
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), NoNul] = ""


class ChangesRequest(Request):
    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000), NoNul]


class Heartbeat(Request):
    """A frame on the task's socket that renews the lease."""

    type: Literal["heartbeat"]


class SegmentFrame(Request):
    """A frame on the task's socket that asks for a mask."""

    type: Literal["segment"]
    request_id: RequestId
    points: Annotated[list[Click], Field(max_length=1000)]
    parent_proposal_id: Identifier | None = None


class PreviewFrame(Request):
    """A frame on the task's socket that asks what mask these points would give; nothing is stored.

    A newer one replaces it, and clicks go first: it may never be answered.
    """

    type: Literal["preview"]
    request_id: RequestId
    points: Annotated[list[Click], Field(max_length=1000)]
