"""Pages of lists, as the server answers them."""

from labeling.shapes.base import Shape
from labeling.shapes.exports import Export
from labeling.shapes.objects import (
    Annotation,
    AuditEntry,
    Comment,
    Dataset,
    Image,
    Member,
    Project,
    Task,
)


class Page(Shape):
    """A page of a list; `next` is the cursor of the page after it, null at the end."""

    next: str | None


class DatasetPage(Page):
    results: list[Dataset]


class ImagePage(Page):
    results: list[Image]


class ProjectPage(Page):
    results: list[Project]


class MemberPage(Page):
    results: list[Member]


class TaskPage(Page):
    count: int
    results: list[Task]


class AnnotationPage(Page):
    results: list[Annotation]


class CommentPage(Page):
    results: list[Comment]


class ExportPage(Page):
    results: list[Export]


class AuditPage(Page):
    results: list[AuditEntry]
