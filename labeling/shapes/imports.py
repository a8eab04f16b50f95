"""Imports: what a file holds, what of it can be imported, and what an admin chooses."""

from datetime import datetime
from typing import Literal, TypeAlias

from labeling.shapes.base import Request, Shape
from labeling.shapes.exports import FormatName
from labeling.shapes.objects import ErrorBrief, User
from labeling.shapes.pages import Page

ImportStateName: TypeAlias = Literal[
    "queued", "checking", "checked", "importing", "done", "failed", "cancelled"
]


class ImportStart(Request):
    """What becomes of a checked file.

    `state` is that of tasks that get objects: `open` leaves them to be worked on. `existing` says what
    happens where a task has objects, or was handed in: it is kept as it is, gets the objects in addition, or
    has its own replaced. Handed in tasks get none in addition. `create_labels` adds labels that the project
    lacks; `add_images_to` is one of the project's data sets, which gets the images that the project lacks and
    the file brings along. With problems, or new images that are not to be added, the import is refused unless
    `skip_problems` asks for the rest.
    """

    state: Literal["open", "submitted", "accepted"] = "submitted"
    existing: Literal["keep", "add", "replace"] = "keep"
    create_labels: bool = True
    add_images_to: int | None = None
    skip_problems: bool = False


class ImportLabel(Shape):
    """A label of the file; `label_id` is the project's label that is meant, null where there is none."""

    name: str
    kind: Literal["thing", "stuff"]
    annotation_count: int
    label_id: int | None


class ImportProblem(Shape):
    """What cannot be imported: where it stands in the file, and a sentence that goes on after that."""

    entry: str
    message: str


class Import(Shape):
    """A file on its way into a project. `progress` is 0..1, of the check and then of the import.

    `image_count` and `annotation_count` are what can be imported. Of the images, `new_image_count` are not in
    the project, but their pictures in the file, and `occupied_image_count` have objects or were handed in.
    `problems` are the first ones. Once it is imported, `imported_*` says what was written,
    `added_image_count` how many of the images are new, `kept_image_count` which stayed as they were,
    `left_open_image_count` which were not handed in since a required attribute is missing, and
    `lost_answer_count` how many answers the labels have no attribute for.
    """

    id: int
    project_id: int
    file_name: str
    byte_size: int
    format: FormatName | None
    options: ImportStart | None
    state: ImportStateName
    progress: float
    image_count: int
    annotation_count: int
    new_image_count: int
    occupied_image_count: int
    labels: list[ImportLabel]
    problem_count: int
    problems: list[ImportProblem]
    imported_image_count: int
    added_image_count: int
    imported_annotation_count: int
    kept_image_count: int
    left_open_image_count: int
    lost_answer_count: int
    error: ErrorBrief | None
    requested_by: User
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ImportPage(Page):
    results: list[Import]
