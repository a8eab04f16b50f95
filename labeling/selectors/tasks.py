"""Reading tasks and what stands in them."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from labeling.domain.errors import invalid_field
from labeling.domain.task_states import ANNOTATE_STATES
from labeling.models import Annotation, Project, Split, Task, TaskState
from labeling.selectors import shape
from labeling.selectors.comments import comments_of
from labeling.shapes import objects, pages

IN_PROGRESS = "in_progress"


def _live() -> Q:
    return Q(lease_holder__isnull=False, lease_expires_at__gt=timezone.now())


def tasks_in_state(*, project: Project, state: str | None) -> QuerySet[Task]:
    """Return a project's tasks in a state as `Counts` counts them; all of them for None."""
    rows = Task.objects.filter(project=project)
    if not state:
        return rows
    if state == IN_PROGRESS:
        return rows.filter(_live(), state__in=ANNOTATE_STATES)
    if state not in TaskState.values:
        known = ", ".join([*TaskState.values, IN_PROGRESS])
        raise invalid_field("state", f"The state must be one of {known}.")
    rows = rows.filter(state=state)
    return rows.exclude(_live()) if state in ANNOTATE_STATES else rows


def task_page(
    *,
    project: Project,
    state: str | None,
    flagged: bool = False,
    held_out: bool = False,
    cursor: int,
    limit: int,
) -> pages.TaskPage:
    """Return a project's tasks by position; `cursor` is the last position of the page before.

    `flagged` leaves those that ask an admin to look, `held_out` those whose images are never trained on.
    """
    rows = tasks_in_state(project=project, state=state)
    if flagged:
        rows = rows.filter(flag__isnull=False)
    if held_out:
        rows = rows.filter(split=Split.HELD_OUT)
    found = list(
        rows.filter(position__gt=cursor)
        .select_related("image", "lease_holder", "submitted_by")
        .prefetch_related("skip__person", "flag__person")
        .order_by("position")[: limit + 1]
    )
    return pages.TaskPage(
        count=rows.count(),
        results=[shape.task_shape(task) for task in found[:limit]],
        next=str(found[limit - 1].position) if len(found) > limit else None,
    )


def annotation_page(*, task: Task) -> pages.AnnotationPage:
    """Return the live annotations of a task. One image's objects come in one page."""
    return pages.AnnotationPage(results=live_annotations(task=task), next=None)


def live_annotations(*, task: Task) -> list[objects.Annotation]:
    """Return the annotations of a task that were not deleted, the oldest first; needs task.image."""
    rows = Annotation.objects.filter(task=task, deleted_at=None).select_related(
        "created_by", "updated_by", "verdict_by"
    )
    return [shape.annotation_shape(row, image=task.image) for row in rows.order_by("pk")]


def task_detail(*, task: Task) -> objects.TaskDetail:
    """Return a task with its annotations and its newest review; needs image, lease_holder, submitted_by."""
    review = task.reviews.select_related("reviewer").order_by("-pk").first()
    return objects.TaskDetail.model_validate(
        {
            **shape.task_fields(task),
            "annotations": live_annotations(task=task),
            "comments": comments_of(task=task),
            "last_review": shape.review_shape(review) if review else None,
        }
    )
