"""Pre-labels: a detector's file, what became of it, and the drafts that people take or dismiss."""

from datetime import datetime
from typing import Literal, TypeAlias

from labeling.shapes.base import Shape
from labeling.shapes.objects import ErrorBrief, Mask, User
from labeling.shapes.pages import Page

PrelabelStateName: TypeAlias = Literal["queued", "running", "ready", "failed", "cancelled"]


class Prelabelling(Shape):
    """A detector's file on its way to drafts. `progress` is 0..1; `left_out` are the first sentences about
    detections that no draft was made of.
    """

    id: int
    project_id: int
    file_name: str
    state: PrelabelStateName
    progress: float
    version_id: int | None
    image_count: int
    draft_count: int
    left_out_count: int
    left_out: list[str]
    error: ErrorBrief | None
    requested_by: User
    created_at: datetime
    finished_at: datetime | None


class PrelabellingPage(Page):
    results: list[Prelabelling]


class Draft(Shape):
    """An object that a model proposes and nobody has looked at yet.

    It is taken by making an object of its `proposal_id`. `spread` is how far the mask moves when the clicks
    do, 0..1.
    """

    id: int
    task_id: int
    label_id: int
    proposal_id: int
    mask: Mask
    bbox: list[float]
    area: int
    score: float
    spread: float
    model_version: str


class DraftPage(Page):
    results: list[Draft]
