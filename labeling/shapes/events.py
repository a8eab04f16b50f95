"""What the sockets send. `old state + events = fresh state`: each event carries the whole new object."""

from typing import Annotated, Literal

from pydantic import Field

from labeling.shapes.base import Shape
from labeling.shapes.exports import Export
from labeling.shapes.imports import Import
from labeling.shapes.objects import (
    Annotation,
    Comment,
    Counts,
    Label,
    Lease,
    Mask,
    Project,
    Proposal,
    Review,
    Task,
    TaskDetail,
    User,
)
from labeling.shapes.prelabels import Prelabelling
from labeling.shapes.training import Models, TrainingRun
from labeling.shapes.workspace import Editing, PresentPerson


class TaskOpened(Shape):
    """The first frame on a task's socket: the fresh state."""

    type: Literal["task.opened"] = "task.opened"
    task: TaskDetail


class TaskChanged(Shape):
    """The task's new state. `last_review` comes with a verdict; without one the review known before stays."""

    type: Literal["task.changed"] = "task.changed"
    task: Task
    last_review: Review | None = None


class AnnotationChanged(Shape):
    """Replaces the object of the same id when its version is newer; `deleted` removes it."""

    type: Literal["annotation.changed"] = "annotation.changed"
    annotation: Annotation


class CommentChanged(Shape):
    """Replaces the comment of the same id when its version is newer; a deleted one stays without its text."""

    type: Literal["comment.changed"] = "comment.changed"
    comment: Comment


class PresenceChanged(Shape):
    """Who has the task open and who works on which object: the whole list, the earliest first.

    A `revision` that is not higher than the last one is out of date. `you` is the connection of the page
    that is told, so that it knows which of its person's pages it is.
    """

    type: Literal["presence.changed"] = "presence.changed"
    revision: int
    you: str = ""
    people: list[PresentPerson]
    editing: list[Editing]


class PointerMoved(Shape):
    """Where somebody's pointer is, in image pixels. A person with two pages has two `connection`s."""

    type: Literal["pointer.moved"] = "pointer.moved"
    connection: str
    user: User
    initials: str
    x: float
    y: float
    tool: str
    object_id: int | None


class ProposalReady(Shape):
    type: Literal["proposal.ready"] = "proposal.ready"
    request_id: str
    proposal: Proposal


class ProposalFailed(Shape):
    type: Literal["proposal.failed"] = "proposal.failed"
    request_id: str
    code: str
    message: str


class PreviewReady(Shape):
    """What mask the points of a preview would give; null where the model finds none."""

    type: Literal["preview.ready"] = "preview.ready"
    request_id: str
    mask: Mask | None


class LeaseRenewed(Shape):
    type: Literal["lease.renewed"] = "lease.renewed"
    lease: Lease


class ProjectOpened(Shape):
    """The first frame on a project's socket: the fresh state."""

    type: Literal["project.opened"] = "project.opened"
    project: Project


class ProjectChanged(Shape):
    type: Literal["project.changed"] = "project.changed"
    project_id: int
    counts: Counts


class LabelsChanged(Shape):
    """The project's labels, all of them, with what they ask of their objects."""

    type: Literal["labels.changed"] = "labels.changed"
    project_id: int
    labels: list[Label]


class ExportChanged(Shape):
    type: Literal["export.changed"] = "export.changed"
    export: Export


class ImportChanged(Shape):
    """Replaces the import of the same id; while it runs, at most about twice a second."""

    type: Literal["import.changed"] = "import.changed"
    imported: Import


class ModelsChanged(Shape):
    """The newest versions, and which one serves from now on; older versions stay as they were."""

    type: Literal["models.changed"] = "models.changed"
    models: Models


class TrainingRunChanged(Shape):
    """Replaces the run of the same id; while it runs, at most about twice a second."""

    type: Literal["training_run.changed"] = "training_run.changed"
    run: TrainingRun


class PrelabellingChanged(Shape):
    """Replaces the pre-labelling of the same id."""

    type: Literal["prelabelling.changed"] = "prelabelling.changed"
    prelabelling: Prelabelling


class FrameRefused(Shape):
    """A frame that could not be carried out."""

    type: Literal["error"] = "error"
    request_id: str | None
    code: str
    message: str


TaskSocketEvent = Annotated[
    TaskOpened
    | TaskChanged
    | AnnotationChanged
    | CommentChanged
    | PresenceChanged
    | PointerMoved
    | ProposalReady
    | ProposalFailed
    | PreviewReady
    | LeaseRenewed
    | ProjectChanged
    | LabelsChanged
    | FrameRefused,
    Field(discriminator="type"),
]
ProjectSocketEvent = Annotated[
    ProjectOpened
    | TaskChanged
    | ProjectChanged
    | LabelsChanged
    | ExportChanged
    | ImportChanged
    | ModelsChanged
    | TrainingRunChanged
    | PrelabellingChanged
    | FrameRefused,
    Field(discriminator="type"),
]
