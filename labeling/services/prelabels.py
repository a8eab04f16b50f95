"""Pre-labels: a detector's file taken in, stopped, taken up again; drafts dismissed by people."""

from datetime import timedelta
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain.errors import Kind, Refused, conflict, invalid_field, not_found
from labeling.models import Draft, Prelabelling, PrelabelState, Project
from labeling.services.annotations import task_held
from labeling.services.jobs import Jobs
from labeling.services.records import audit, publish_prelabelling

JOBS: Jobs[Prelabelling] = Jobs(
    rows=lambda: Prelabelling.objects.select_related("requested_by"),
    active=(PrelabelState.QUEUED, PrelabelState.RUNNING),
    over=(PrelabelState.READY, PrelabelState.FAILED, PrelabelState.CANCELLED),
    task="labeling.tasks.prelabel",
    queue="train",
    stale=timedelta(minutes=1),
    tell=publish_prelabelling,
    word="prelabels",
)


def prelabel_request(
    *, project: Project, file_name: str, stream: BinaryIO, size: int, requested_by: User
) -> Prelabelling:
    """Store a detector's file and have a worker make drafts of it.

    Raises `Refused`: `invalid`, `too_large`, or `prelabelling_active` while another file is being worked on.
    """
    if size == 0:
        raise invalid_field("file", "This file is empty. Choose another one.")
    if size > settings.MAX_DETECTIONS_BYTES:
        most = settings.MAX_DETECTIONS_BYTES // 2**20
        raise Refused(
            "too_large", f"This file has more than {most} MB. Divide it by images.", kind=Kind.TOO_LARGE
        )
    key = f"prelabels/{project.pk}/{uuid4().hex}.json"
    default_storage.save(key, File(stream))
    try:
        with transaction.atomic():
            row = Prelabelling.objects.create(
                project=project, file_name=file_name, file_key=key, requested_by=requested_by
            )
            audit(
                actor=requested_by,
                action="prelabels.request",
                target=row,
                project_id=project.pk,
                file=file_name,
            )
            publish_prelabelling(row)
            transaction.on_commit(lambda: JOBS.enqueue(row.pk))
    except IntegrityError as error:
        default_storage.delete(key)
        raise conflict(
            "prelabelling_active", "Another file is being turned into drafts. Wait for it, or cancel it."
        ) from error
    except BaseException:
        default_storage.delete(key)
        raise
    return row


def prelabels_resume() -> int:
    """Queue what nobody has touched for a while: its worker or the broker died."""
    return JOBS.resume()


def prelabel_cancel(*, row: Prelabelling, cancelled_by: User) -> Prelabelling:
    """Stop what is not over. Drafts that are made already stay."""
    return JOBS.cancel(row.pk, by=cancelled_by)


def draft_dismiss(*, draft_id: int, dismissed: bool, dismissed_by: User) -> Draft:
    """Put a draft out of everybody's way, or take it back. Saying it twice changes nothing.

    Raises `Refused`: `not_found`, `not_allowed`, `task_not_editable`, `lease_held`.
    """
    with transaction.atomic():
        task_id = Draft.objects.filter(pk=draft_id).values_list("task", flat=True).first()
        if task_id is None:
            raise not_found("draft")
        task = task_held(task_id=task_id, user=dismissed_by)
        draft = Draft.objects.select_related("proposal").get(pk=draft_id)
        if dismissed != (draft.dismissed_at is not None):
            draft.dismissed_at = timezone.now() if dismissed else None
            draft.dismissed_by = dismissed_by if dismissed else None
            draft.save(update_fields=["dismissed_at", "dismissed_by"])
            audit(
                actor=dismissed_by,
                action="draft.dismiss" if dismissed else "draft.restore",
                target=draft,
                project_id=task.project_id,
            )
    return draft
