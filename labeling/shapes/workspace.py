"""What several people on one image, and one person at several, send and get."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from pydantic import Field, StringConstraints

from labeling.shapes.base import Identifier, NoNul, Request, Shape, ToolName
from labeling.shapes.objects import FileError, ReasonName, User
from labeling.shapes.pages import Page

CommentText: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), NoNul
]
MarkText: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), NoNul]
# A pointer may leave the image, and stays a number that a screen can show.
Place: TypeAlias = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]


class CommentCreate(Request):
    """A thread's first comment at `x` and `y`, or on an object, or both; or a reply to `parent_id`.

    The same `client_id` again answers with the same comment.
    """

    text: CommentText
    x: float | None = None
    y: float | None = None
    annotation_id: Identifier | None = None
    parent_id: Identifier | None = None
    client_id: UUID | None = None


class CommentChange(Request):
    """`version` is the one last seen. Authors change their text for a while, members resolve threads."""

    version: Annotated[int, Field(ge=1)]
    text: CommentText | None = None
    resolved: bool | None = None


class MarkCreate(Request):
    """Why a task is flagged; the reason "other" says more in its text."""

    reason: ReasonName
    text: MarkText = ""


class SkipCreate(MarkCreate):
    """Why a task is skipped; `flag` asks an admin to look at it, for the same reason."""

    flag: bool = False


class PreferencesDocument(Request):
    """What a person may set. The parts are the front end's own and are stored as they come."""

    keymap: dict[str, Any] | None = None
    theme: Annotated[str, StringConstraints(max_length=40), NoNul] | None = None
    view: dict[str, Any] | None = None
    workspace: dict[str, Any] | None = None


class PreferencesPut(Request):
    """The whole document; `version` is the one last seen, 0 before the first."""

    version: Annotated[int, Field(ge=0, lt=2**31)]
    preferences: PreferencesDocument


class Preferences(Shape):
    version: int
    preferences: dict[str, Any]


class GuidePicture(Shape):
    """A picture of a guide; the guide's text calls it by `name`, as in `![a cup](cup.png)`."""

    name: str
    url: str
    media_type: str
    width: int
    height: int
    byte_size: int
    created_at: datetime


class GuidePicturePage(Page):
    results: list[GuidePicture]


class GuideUpload(Shape):
    pictures: list[GuidePicture]
    errors: list[FileError]


class PresentPerson(Shape):
    """Somebody who has the task open on so many pages, since the first of them has."""

    user: User
    initials: str
    since: datetime
    pages: int


class Editing(Shape):
    """Who works on an object now, on which page. It keeps nobody away: it warns, and ends by itself."""

    object_id: int
    by: User
    connection: str
    since: datetime


class PointerFrame(Request):
    """Where this person's pointer is, in image pixels; 15 a second are passed on, the rest is dropped."""

    type: Literal["pointer"]
    x: Place
    y: Place
    tool: ToolName
    object_id: Identifier | None = None


class EditingFrame(Request):
    """Which object this person works on, or none; sent again every few seconds while it lasts."""

    type: Literal["editing"]
    object_id: Identifier | None
