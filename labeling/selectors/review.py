"""Reading what reviewers need: which task comes next, and what the model said of an object."""

from django.db.models import F, Q

from labeling.domain.errors import Kind, Refused, invalid_field
from labeling.domain.task_states import REVIEW_STATES
from labeling.models import Annotation, Project, Proposal, ProposalStatus, Task
from labeling.selectors import shape
from labeling.shapes import objects, pages

LOWEST_SCORE_FIRST = (F("lowest_score").asc(nulls_last=True), F("position").asc())


def behind_in_review(after: Task) -> Q:
    """Return what comes after a task where the lowest predicted quality comes first."""
    behind = Q(position__gt=after.position)
    if after.lowest_score is None:
        return behind & Q(lowest_score=None)
    return (
        Q(lowest_score__gt=after.lowest_score)
        | Q(lowest_score=after.lowest_score) & behind
        | Q(lowest_score=None)
    )


def review_queue_page(*, project: Project, cursor: int, limit: int) -> pages.TaskPage:
    """Return the tasks that wait for review in the order in which they are given out.

    `cursor` is the id of the last task of the page before: it keeps its place when it is decided meanwhile.
    """
    waiting = Task.objects.filter(project=project, state__in=REVIEW_STATES)
    rows = waiting
    if cursor:
        last = Task.objects.filter(project=project, pk=cursor).first()
        if last is None:
            raise invalid_field("cursor", "This project has no such task. Read the queue from its beginning.")
        rows = waiting.filter(behind_in_review(last))
    found = list(
        rows.select_related("image", "lease_holder", "submitted_by")
        .prefetch_related("skip__person", "flag__person")
        .order_by(*LOWEST_SCORE_FIRST)[: limit + 1]
    )
    return pages.TaskPage(
        count=waiting.count(),
        results=[shape.task_shape(task) for task in found[:limit]],
        next=str(found[limit - 1].pk) if len(found) > limit else None,
    )


def first_proposal_shape(*, annotation: Annotation) -> objects.Proposal:
    """Return the model's first answer to the clicks that an object came from, before any correction.

    Raises `Refused` with code `no_proposal` for an object that was drawn by hand from the start.
    """
    proposal = annotation.origin
    first = _ready(proposal)
    while proposal is not None and proposal.parent is not None:
        proposal = proposal.parent
        first = _ready(proposal) or first
    if first is None:
        raise Refused(
            "no_proposal",
            "This object was drawn by hand: there is no proposal to compare it with.",
            kind=Kind.NOT_FOUND,
        )
    return shape.proposal_shape(first, image=annotation.task.image)


def _ready(proposal: Proposal | None) -> Proposal | None:
    return proposal if proposal is not None and proposal.status == ProposalStatus.READY else None
