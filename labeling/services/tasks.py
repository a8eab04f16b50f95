"""Writing tasks: submit, accept, request changes."""

from django.db import transaction

from cardinal.accounts.models import User
from labeling.domain.attributes import ensure_answered, unanswered
from labeling.domain.task_states import next_state
from labeling.domain.verdicts import ensure_none_rejected
from labeling.models import Attribute, ObjectVerdict, Review, Task, TaskState, Verdict
from labeling.selectors.labels import rules_of
from labeling.services.leases import ensure_free_for, lease_end, task_locked
from labeling.services.records import audit, publish_counts, publish_task
from labeling.services.skips import skips_end_by_submission

CHANGED = ["state", "skip", "submitted_by", "lease_holder", "lease_expires_at", "updated_at"]


def task_submit(*, task_id: int, submitted_by: User) -> Task:
    """Hand a task to review. Repeating one's own submission changes nothing."""
    with transaction.atomic():
        task = task_locked(task_id=task_id)
        if task.state == TaskState.SUBMITTED and task.submitted_by_id == submitted_by.pk:
            return task
        ensure_free_for(task, user=submitted_by)
        task.state = next_state(task.state, "submit")
        _ensure_answered(task)
        task.submitted_by = submitted_by
        skips_end_by_submission(task, submitted_by=submitted_by)
        _finish(task, actor=submitted_by, action="task.submit", annotations=task.annotation_count)
    return task


def task_accept(*, task_id: int, accepted_by: User) -> Task:
    """Accept a submitted task. Repeating one's own verdict changes nothing."""
    return _decide(task_id=task_id, reviewer=accepted_by, verdict=Verdict.ACCEPT, comment="")


def task_request_changes(*, task_id: int, requested_by: User, comment: str) -> Task:
    """Send a task back to the one who submitted it, with a comment."""
    return _decide(task_id=task_id, reviewer=requested_by, verdict=Verdict.REQUEST_CHANGES, comment=comment)


def _decide(*, task_id: int, reviewer: User, verdict: Verdict, comment: str) -> Task:
    with transaction.atomic():
        task = task_locked(task_id=task_id)
        last = task.reviews.order_by("-pk").first()
        repeated = last is not None and (last.reviewer_id, last.verdict, last.comment) == (
            reviewer.pk,
            verdict,
            comment,
        )
        done = TaskState.ACCEPTED if verdict == Verdict.ACCEPT else TaskState.CHANGES_REQUESTED
        if repeated and task.state == done:
            return task
        ensure_free_for(task, user=reviewer)
        task.state = next_state(task.state, verdict.value)
        if verdict == Verdict.ACCEPT:
            rejected = task.annotations.filter(deleted_at=None, verdict=ObjectVerdict.REJECTED)
            ensure_none_rejected(list(rejected.order_by("pk").values_list("pk", flat=True)))
        review = Review.objects.create(task=task, reviewer=reviewer, verdict=verdict, comment=comment)
        _finish(task, actor=reviewer, action=f"task.{verdict.value}", review=review, comment=comment)
    return task


def _ensure_answered(task: Task) -> None:
    """Raise `Refused` with code `attributes_missing` while an object leaves a required attribute open."""
    asking = Attribute.objects.filter(label__project=task.project_id, required=True, deleted_at=None)
    labels = set(asking.values_list("label_id", flat=True))
    if not labels:
        return
    rules = rules_of(label_ids=labels)
    live = task.annotations.filter(deleted_at=None, label_id__in=labels).order_by("pk")
    rows = live.values_list("pk", "label_id", "attributes")
    ensure_answered({key: unanswered(rules[label_id], values) for key, label_id, values in rows})


def _finish(task: Task, *, actor: User, action: str, review: Review | None = None, **data: object) -> None:
    lease_end(task)
    task.save(update_fields=CHANGED)
    audit(actor=actor, action=action, target=task, project_id=task.project_id, **data)
    publish_task(task, review=review)
    publish_counts(task.project_id)
