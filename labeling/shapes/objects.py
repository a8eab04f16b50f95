"""What the server answers with. Times are ISO 8601 in UTC."""

from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from labeling.shapes.base import ReasonOfRejection, Shape, VerdictName
from labeling.shapes.schema import Attribute, AttributeValue

RoleName: TypeAlias = Literal["admin", "reviewer", "annotator", "viewer"]
TaskOrderName: TypeAlias = Literal["position", "uncertain"]
LabelKindName: TypeAlias = Literal["thing", "stuff"]
TaskStateName: TypeAlias = Literal["open", "submitted", "changes_requested", "accepted", "skipped"]
ReasonName: TypeAlias = Literal["nothing_to_label", "unclear", "bad_image", "other"]


class User(Shape):
    id: int
    username: str


class Me(User):
    can_create_projects: bool


class Token(Shape):
    token: str


class Dataset(Shape):
    id: int
    name: str
    image_count: int
    created_at: datetime


class Tiles(Shape):
    """Where the parts of a large image are, each `side` pixels wide and high, less at the far edges.

    `url` has a place for `{level}`, `{x}` and `{y}`. Level 0 has the image's own pixels, each further one
    half as many a side, rounded up; the last fits into one tile. `state_url` says whether they are made.
    """

    side: int
    levels: int
    url: str
    state_url: str


class TilesState(Shape):
    """Whether all parts of a large image are there; asking has those made that are not."""

    state: Literal["making", "ready"]


class Image(Shape):
    """An image; `width` and `height` are those of the upright image that `file_url` shows.

    `tiles` is null for an image that is small enough to be shown whole.
    """

    id: int
    dataset_id: int
    name: str
    sha256: str
    width: int
    height: int
    media_type: str
    byte_size: int
    file_url: str
    thumbnail_url: str
    tiles: Tiles | None


class UploadedImage(Image):
    """An image of an upload; `duplicate` says that the data set had the same bytes already."""

    duplicate: bool


class FileError(Shape):
    name: str
    code: str
    message: str


class Upload(Shape):
    images: list[UploadedImage]
    errors: list[FileError]


class Label(Shape):
    id: int
    name: str
    color: str
    kind: LabelKindName
    position: int
    attributes: list[Attribute]


class Counts(Shape):
    """Tasks by state; one in progress is open, sent back or skipped, and leased, and counted there alone.

    `flagged` counts across the states: those that wait for an admin to look at them.
    """

    total: int
    open: int
    in_progress: int
    submitted: int
    changes_requested: int
    accepted: int
    skipped: int
    flagged: int


class Project(Shape):
    id: int
    name: str
    guide: str
    role: RoleName
    labels: list[Label]
    dataset_ids: list[int]
    task_order: TaskOrderName
    random_share: float
    counts: Counts
    cover_url: str | None
    active_people: list[User]
    created_at: datetime


class Member(Shape):
    user: User
    role: RoleName


class Lease(Shape):
    holder: User
    expires_at: datetime


class Review(Shape):
    id: int
    verdict: Literal["accept", "request_changes"]
    comment: str
    reviewer: User
    created_at: datetime


class Mask(Shape):
    """A COCO compressed run-length encoding of the whole image: `size` is [height, width]."""

    size: list[int]
    counts: str


class Annotation(Shape):
    """One object. `bbox` is [x, y, width, height] in image pixels, `area` counts pixels.

    `attributes` are answers by the attribute's id. A higher `position` is nearer to the front, of two at the
    same one the object with the higher id. `seconds` is the work time of all edits, `tool_seconds` by tool.
    """

    id: int
    client_id: UUID
    task_id: int
    label_id: int
    mask: Mask
    bbox: list[float]
    area: int
    score: float | None
    proposal_id: int | None
    attributes: dict[str, AttributeValue]
    occluded: bool
    truncated: bool
    crowd: bool
    ignore: bool
    position: int
    seconds: float
    tool_seconds: dict[str, float]
    verdict: VerdictName
    verdict_by: User | None
    verdict_at: datetime | None
    verdict_reasons: list[ReasonOfRejection]
    verdict_text: str
    version: int
    deleted: bool
    created_by: User
    updated_by: User
    created_at: datetime
    updated_at: datetime


class Mark(Shape):
    """A skip or a flag: why, in whose words, and when."""

    reason: ReasonName
    text: str
    by: User
    at: datetime


class Comment(Shape):
    """The first comment of a thread, or a reply to one, which names it in `parent_id` and has no pin.

    `x` and `y` are image pixels. A thread about an object names it and keeps its own spot, also when the
    object is deleted. `text` is plain text, empty when `deleted`.
    """

    id: int
    client_id: UUID
    task_id: int
    parent_id: int | None
    annotation_id: int | None
    x: float | None
    y: float | None
    text: str
    author: User
    version: int
    deleted: bool
    resolved_by: User | None
    resolved_at: datetime | None
    created_at: datetime
    edited_at: datetime | None


class Task(Shape):
    """One image to label. `skip` is the newest that stands, `flag` asks an admin to look.

    `lowest_score` is that of its objects that came from proposals: the lowest is reviewed first.
    """

    id: int
    project_id: int
    position: int
    state: TaskStateName
    image: Image
    annotation_count: int
    unresolved_comment_count: int
    lowest_score: float | None
    skip: Mark | None
    flag: Mark | None
    lease: Lease | None
    submitted_by: User | None
    updated_at: datetime


class TaskDetail(Task):
    annotations: list[Annotation]
    comments: list[Comment]
    last_review: Review | None


class ClickPoint(Shape):
    """A click in image pixels, x right, y down; `t` is milliseconds since the object's first click."""

    x: float
    y: float
    t: float | None


class Timings(Shape):
    """Milliseconds: waiting for a worker, decoding the image, the model, and from request to answer."""

    queue: float
    decode: float
    model: float
    total: float


class ErrorBrief(Shape):
    code: str
    message: str


class Proposal(Shape):
    proposal_id: int
    request_id: str
    task_id: int
    status: Literal["pending", "ready", "failed"]
    points: list[ClickPoint]
    mask: Mask | None
    bbox: list[float] | None
    score: float | None
    model_version: str
    timings_ms: Timings | None
    error: ErrorBrief | None


class AuditEntry(Shape):
    id: int
    actor: User | None
    action: str
    object_type: str
    object_id: int
    data: dict[str, Any]
    created_at: datetime


class ErrorBody(Shape):
    code: str
    message: str
    details: dict[str, Any]


class Error(Shape):
    """Every refusal looks like this."""

    error: ErrorBody
