"""Weights from outside: stored as they came, then looked at by a worker before they may serve."""

import logging
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cardinal.accounts.models import User
from cardinal.celery import app
from labeling.domain.errors import Kind, Refused, invalid_field
from labeling.models import ModelVersion, Project, VersionOrigin, VersionState
from labeling.services.locks import CHECKED_VERSIONS, only_worker
from labeling.services.model_versions import (
    StoredWeights,
    identity_of,
    next_number,
    project_lock,
    weights_discard,
    weights_store,
)
from labeling.services.records import audit, publish_models
from labeling.weights_check import Admitted, WeightsNotAdmitted, admit

logger = logging.getLogger(__name__)

# How a file is called while it is looked at; a published checkpoint has no other name of its own.
NAMED = {".safetensors": "upload.safetensors", ".pth": "dextr.pth"}
MAX_CHECKING = 5
STALE = timedelta(minutes=15)
GIVEN_UP = timedelta(hours=6)
NEVER_LOOKED_AT = "No worker could look at this file for hours. Upload it again, or ask this site's admin."


def version_upload(
    *, project: Project, name: str, file_name: str, stream: BinaryIO, size: int, uploaded_by: User
) -> ModelVersion:
    """Store a weights file and have a worker look at it.

    Raises `Refused`: `invalid` for other kinds of files, `too_large`, or `too_many_requests`.
    """
    suffix = Path(file_name).suffix.lower()
    _ensure_plausible(suffix, size)
    # Neither the row's number, which is not drawn yet, nor anything that the client sent.
    key = f"models/{project.pk}/{uuid4().hex}{suffix}"
    default_storage.save(key, File(stream))
    try:
        with transaction.atomic():
            locked = project_lock(project_id=project.pk)
            _ensure_few_checking(locked)
            version = ModelVersion.objects.create(
                project=locked,
                number=next_number(project=locked),
                name=name,
                origin=VersionOrigin.UPLOADED,
                state=VersionState.CHECKING,
                weights_key=key,
                byte_size=size,
                created_by=uploaded_by,
            )
            audit(actor=uploaded_by, action="model.upload", target=version, project_id=locked.pk, size=size)
            publish_models(locked.pk)
            transaction.on_commit(lambda: _enqueue(version.pk))
    except BaseException:
        default_storage.delete(key)
        raise
    return version


def version_check(*, version_id: int) -> None:
    """Look at uploaded weights. Safe to repeat and to run twice at once: the second one leaves."""
    with only_worker(CHECKED_VERSIONS, version_id) as alone:
        if alone:
            _check(version_id)


def versions_resume() -> int:
    """Queue weights again that no worker has looked at, and refuse those that have waited for hours."""
    now = timezone.now()
    waiting = ModelVersion.objects.filter(state=VersionState.CHECKING, updated_at__lt=now - STALE)
    for version in waiting:
        if version.created_at < now - GIVEN_UP:
            _refuse(version.pk, code="check_failed", message=NEVER_LOOKED_AT)
        else:
            _enqueue(version.pk)
    return len(waiting)


def _ensure_plausible(suffix: str, size: int) -> None:
    if suffix not in NAMED:
        raise invalid_field(
            "file", "Choose a .safetensors file of Cardinal, or a published DEXTR checkpoint (.pth)."
        )
    if size == 0:
        raise invalid_field("file", "This file is empty. Choose another one.")
    if size > settings.MAX_WEIGHTS_BYTES:
        most = settings.MAX_WEIGHTS_BYTES // 2**20
        raise Refused(
            "too_large", f"This file has more than {most} MB. Choose a smaller one.", kind=Kind.TOO_LARGE
        )


def _ensure_few_checking(project: Project) -> None:
    if ModelVersion.objects.filter(project=project, state=VersionState.CHECKING).count() >= MAX_CHECKING:
        raise Refused(
            "too_many_requests",
            f"{MAX_CHECKING} uploaded models are still being checked. Wait for one, then upload the next.",
            kind=Kind.TOO_MANY,
        )


def _enqueue(version_id: int) -> None:
    try:
        app.send_task("labeling.tasks.model_check", args=[version_id], queue="train", retry=False)
    except Exception as error:
        logger.warning("Model version %s waits for the broker: %s", version_id, error)


def _check(version_id: int) -> None:
    version = ModelVersion.objects.filter(pk=version_id, state=VersionState.CHECKING).first()
    if version is None:
        return
    with TemporaryDirectory(prefix="cardinal-weights-") as name:
        folder = Path(name)
        try:
            source = folder / NAMED[Path(version.weights_key).suffix]
            with default_storage.open(version.weights_key, "rb") as stored, source.open("wb") as copy:
                for block in stored.chunks():
                    copy.write(block)
            admitted = admit(source)
        except FileNotFoundError:
            _refuse(version_id, code="file_gone", message="The uploaded file is gone. Upload it again.")
        except WeightsNotAdmitted as error:
            _refuse(version_id, code=error.code, message=str(error))
        else:
            stored_weights = weights_store(
                project_id=version.project_id,
                weights=admitted.weights,
                exported=admitted.exported,
                version_id=version_id,
            )
            if not _accept(version_id, admitted, stored_weights):
                weights_discard(stored=stored_weights)


def _accept(version_id: int, admitted: Admitted, stored: StoredWeights) -> bool:
    return _end(
        version_id,
        {
            "state": VersionState.READY,
            "weights_key": stored.weights_key,
            "exported_key": stored.exported_key,
            "sha256": stored.sha256,
            "byte_size": stored.byte_size,
            "identity": identity_of(signed=admitted.signed, sha256=stored.sha256),
            "architecture": admitted.architecture,
            "licence": admitted.licence,
            "card": admitted.data,
        },
    )


def _refuse(version_id: int, *, code: str, message: str) -> bool:
    changes = {"state": VersionState.REFUSED, "weights_key": "", "error_code": code, "error_message": message}
    return _end(version_id, changes)


def _end(version_id: int, changes: dict[str, Any]) -> bool:
    """Write what came of looking at a file, which goes; return False where somebody else has."""
    with transaction.atomic():
        version = ModelVersion.objects.select_for_update().get(pk=version_id)
        if version.state != VersionState.CHECKING:
            return False
        uploaded = version.weights_key
        for name, value in changes.items():
            setattr(version, name, value)
        version.save()
        told = {"state": version.state, "error_code": version.error_code}
        audit(actor=None, action="model.check", target=version, project_id=version.project_id, **told)
        publish_models(version.project_id)
        transaction.on_commit(lambda: default_storage.delete(uploaded), robust=True)
    return True
