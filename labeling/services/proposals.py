"""Writing proposals: a question to the model, and exactly one answer or failure."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from redis.exceptions import RedisError

from cardinal.accounts.models import User
from cardinal.celery import app
from cardinal.events.publish import publish_on_commit, wait_for_wake, wake_on_commit
from labeling.domain.errors import Kind, Refused, invalid_field
from labeling.domain.points import validate_points
from labeling.models import Proposal, ProposalStatus, Task
from labeling.selectors import shape
from labeling.services.annotations import task_held
from labeling.services.records import asker_group, audit
from labeling.shapes import events
from labeling.shapes.requests import Click

logger = logging.getLogger(__name__)

TOO_LATE = "The mask did not arrive in time. Try again; if it stays slow, tell an admin."
NO_BROKER = "Masks cannot be computed right now: the queue is away. Try again in a moment."
ANSWERED = [
    "status",
    "finished_at",
    "mask_counts",
    "bbox",
    "area",
    "score",
    "model_version",
    "timings_ms",
]
# Nobody waits for more masks than this at once; a script that asks faster has to wait for answers.
MAX_PENDING = 16
KINDS = {"segmentation_timeout": Kind.TIMEOUT, "segmentation_unavailable": Kind.UNAVAILABLE}


@dataclass(frozen=True)
class Answer:
    """A model's answer: COCO counts of the whole image, [x, y, w, h], times in milliseconds."""

    mask_counts: str
    bbox: list[float]
    area: int
    score: float
    model_version: str
    queue_ms: float
    decode_ms: float
    model_ms: float


def proposal_request(
    *, task_id: int, requested_by: User, request_id: str | None, points: list[Click], parent_id: int | None
) -> Proposal:
    """Store the clicks and ask a worker for a mask. The same `request_id` again returns the same proposal.

    Raises `Refused`: `not_allowed`, `task_not_editable`, `lease_held`, or what is wrong with the points.
    """
    with transaction.atomic():
        _commit_without_waiting()
        task = task_held(task_id=task_id, user=requested_by)
        clicks = validate_points(points, task.image.width, task.image.height)
        if parent_id is not None and not Proposal.objects.filter(pk=parent_id, task=task).exists():
            raise invalid_field("parent_proposal_id", "This task has no such proposal.")
        request_id = request_id or uuid4().hex
        # The task's row is held, so nobody else can store the same request in between.
        known = Proposal.objects.filter(task=task, requested_by=requested_by, request_id=request_id).first()
        if known is not None:
            if known.status != ProposalStatus.PENDING:
                _publish(known, task=task)
            return known
        _ensure_few_pending(user=requested_by)
        proposal = Proposal.objects.create(
            task=task,
            requested_by=requested_by,
            request_id=request_id,
            points=[click.as_dict() for click in clicks],
            parent_id=parent_id,
        )
        audit(
            actor=requested_by,
            action="proposal.request",
            target=proposal,
            project_id=task.project_id,
            task=task.pk,
            points=len(clicks),
        )
        transaction.on_commit(lambda: _enqueue(proposal))
    return proposal


def _commit_without_waiting() -> None:
    """Let this transaction's commit not wait for the disk.

    A question that is lost with the database gets an error at its deadline; its answer is stored for good,
    and with it everything before.
    """
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit to off")


def _ensure_few_pending(*, user: User) -> None:
    since = timezone.now() - timedelta(seconds=settings.SEGMENT_DEADLINE_S)
    pending = Proposal.objects.filter(
        requested_by=user, status=ProposalStatus.PENDING, created_at__gt=since
    ).count()
    if pending >= MAX_PENDING:
        raise Refused(
            "too_many_requests",
            f"{pending} of your masks are still being computed. Wait for one, then click on.",
            kind=Kind.TOO_MANY,
        )


def _enqueue(proposal: Proposal) -> None:
    try:
        # A click that nobody takes in time is worth nothing: the message expires with the deadline.
        app.send_task(
            "labeling.tasks.proposal_segment",
            args=[proposal.pk],
            queue="segment",
            expires=settings.SEGMENT_DEADLINE_S,
            retry=False,
        )
    except Exception:
        logger.exception("A click could not be queued")
        proposal_fail(proposal_id=proposal.pk, code="segmentation_unavailable", message=NO_BROKER)
        proposal.refresh_from_db()


def proposal_wait(*, proposal_id: int) -> Proposal:
    """Wait until the proposal is ready and return it.

    Raises `Refused` with code `segmentation_failed`, `segmentation_timeout` or `segmentation_unavailable`.
    """
    try:
        wait_for_wake(key=f"proposal:{proposal_id}", timeout_s=settings.SEGMENT_DEADLINE_S)
    except RedisError as error:
        logger.warning("The broker went away while a click waited: %s", error)
        proposal_fail(proposal_id=proposal_id, code="segmentation_unavailable", message=NO_BROKER)
    proposal_expire(proposal_id=proposal_id)
    proposal = Proposal.objects.select_related("task__image").get(pk=proposal_id)
    if proposal.status == ProposalStatus.FAILED:
        raise Refused(
            proposal.error_code,
            proposal.error_message,
            kind=KINDS.get(proposal.error_code, Kind.FAILED),
            proposal_id=proposal.pk,
        )
    return proposal


def proposal_expire(*, proposal_id: int) -> None:
    """Fail a proposal that is still pending, because its asker has waited long enough."""
    proposal_fail(proposal_id=proposal_id, code="segmentation_timeout", message=TOO_LATE)


def proposal_outcome(*, proposal_id: int) -> events.ProposalReady | events.ProposalFailed:
    """End a proposal that is still pending, because its asker has waited long enough; return how it ended.

    For askers whom the published event may not have reached, because the broker was away.
    """
    proposal_expire(proposal_id=proposal_id)
    proposal = Proposal.objects.select_related("task__image").get(pk=proposal_id)
    return _event(proposal, task=proposal.task)


def proposals_expire() -> int:
    """Fail what nobody waits for any more (its web process died); return how many."""
    before = timezone.now() - timedelta(seconds=2 * settings.SEGMENT_DEADLINE_S)
    stale = list(
        Proposal.objects.filter(status=ProposalStatus.PENDING, created_at__lt=before).values_list(
            "pk", flat=True
        )
    )
    for proposal_id in stale:
        proposal_expire(proposal_id=proposal_id)
    return len(stale)


def proposal_answer(*, proposal_id: int, answer: Answer) -> bool:
    """Store the mask and tell the asker; return False when the proposal had ended already."""
    with transaction.atomic():
        proposal = _pending(proposal_id)
        if proposal is None:
            return False
        proposal.finished_at = timezone.now()
        proposal.status = ProposalStatus.READY
        proposal.mask_counts, proposal.bbox, proposal.area = answer.mask_counts, answer.bbox, answer.area
        proposal.score, proposal.model_version = answer.score, answer.model_version
        proposal.timings_ms = {
            "queue": round(answer.queue_ms, 2),
            "decode": round(answer.decode_ms, 2),
            "model": round(answer.model_ms, 2),
            "total": round((proposal.finished_at - proposal.created_at).total_seconds() * 1000, 2),
        }
        proposal.save(update_fields=ANSWERED)
        _publish(proposal, task=proposal.task)
    return True


def proposal_fail(*, proposal_id: int, code: str, message: str) -> bool:
    """Store why there is no mask and tell the asker; return False when the proposal had ended already."""
    with transaction.atomic():
        proposal = _pending(proposal_id)
        if proposal is None:
            return False
        proposal.finished_at = timezone.now()
        proposal.status = ProposalStatus.FAILED
        proposal.error_code, proposal.error_message = code, message
        proposal.save(update_fields=["finished_at", "status", "error_code", "error_message"])
        _publish(proposal, task=proposal.task)
    return True


def _pending(proposal_id: int) -> Proposal | None:
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("task__image")
        .filter(pk=proposal_id, status=ProposalStatus.PENDING)
        .first()
    )


def _event(proposal: Proposal, *, task: Task) -> events.ProposalReady | events.ProposalFailed:
    if proposal.status == ProposalStatus.READY:
        return events.ProposalReady(
            request_id=proposal.request_id, proposal=shape.proposal_shape(proposal, image=task.image)
        )
    return events.ProposalFailed(
        request_id=proposal.request_id, code=proposal.error_code, message=proposal.error_message
    )


def _publish(proposal: Proposal, *, task: Task) -> None:
    publish_on_commit(
        groups=[asker_group(task_id=proposal.task_id, user_id=proposal.requested_by_id)],
        event=_event(proposal, task=task),
    )
    wake_on_commit(key=f"proposal:{proposal.pk}")
