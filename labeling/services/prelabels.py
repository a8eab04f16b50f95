"""Pre-labels: a detector's file taken in, stopped, taken up again; drafts dismissed by people."""

import logging
from datetime import timedelta
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from cardinal.accounts.models import User
from cardinal.celery import app
from labeling.domain.errors import Kind, Refused, conflict, invalid_field, not_found
from labeling.models import Draft, Prelabelling, PrelabelState, Project
from labeling.services.annotations import task_held
from labeling.services.records import audit, publish_prelabelling

logger = logging.getLogger(__name__)

ACTIVE = (PrelabelState.QUEUED, PrelabelState.RUNNING)
STALE = timedelta(minutes=1)


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
            transaction.on_commit(lambda: _enqueue(row.pk))
    except IntegrityError as error:
        default_storage.delete(key)
        raise conflict(
            "prelabelling_active", "Another file is being turned into drafts. Wait for it, or cancel it."
        ) from error
    except BaseException:
        default_storage.delete(key)
        raise
    return row


def _enqueue(prelabelling_id: int) -> None:
    try:
        app.send_task("labeling.tasks.prelabel", args=[prelabelling_id], queue="train", retry=False)
    except Exception as error:
        logger.warning("Pre-labelling %s waits for the broker: %s", prelabelling_id, error)


def prelabels_resume() -> int:
    """Queue what nobody has touched for a while: its worker or the broker died."""
    stale = Prelabelling.objects.filter(state__in=ACTIVE, updated_at__lt=timezone.now() - STALE)
    keys = list(stale.values_list("pk", flat=True))
    for key in keys:
        _enqueue(key)
    return len(keys)


def prelabel_cancel(*, row: Prelabelling, cancelled_by: User) -> Prelabelling:
    """Stop what is not over. Drafts that are made already stay."""
    with transaction.atomic():
        locked = Prelabelling.objects.select_for_update().get(pk=row.pk)
        if locked.state in ACTIVE:
            locked.state, locked.finished_at = PrelabelState.CANCELLED, timezone.now()
            locked.save()
            audit(actor=cancelled_by, action="prelabels.cancel", target=locked, project_id=locked.project_id)
            publish_prelabelling(locked)
    return locked


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
