"""Writing model versions: stored, made the active one, renamed, archived."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from cardinal.accounts.models import User
from cardinal.celery import app
from labeling.domain.errors import conflict, not_found
from labeling.models import ModelVersion, Project, VersionOrigin, VersionState
from labeling.services.records import audit, publish_models
from labeling.shapes.training import ModelVersionChange

logger = logging.getLogger(__name__)

SERVING = (VersionState.READY, VersionState.PROPOSED, VersionState.REJECTED)
NOT_READY = {
    VersionState.CHECKING: "is still being checked. Wait until it is ready",
    VersionState.REFUSED: "cannot be loaded. Choose another one",
}
# Enough digits that two files of one name never bear the same signature.
SIGNED_DIGITS = 12
# Each goes to whichever process is free; one that has the version already is done at once.
WARMED = 4
# Kombu's Redis queues take 0 first and 9 last; clicks have 0.
BEFORE_PREVIEWS = 5


@dataclass(frozen=True, slots=True)
class StoredWeights:
    """Weights and their export in the storage, under the number of a version that is still to be written."""

    version_id: int
    weights_key: str
    exported_key: str
    sha256: str
    byte_size: int


def weights_store(
    *, project_id: int, weights: Path, exported: Path, version_id: int | None = None
) -> StoredWeights:
    """Put two files into the storage. Do it before the transaction that writes the version's row.

    Without `version_id` a number is drawn for a new version.
    """
    number = _drawn_id() if version_id is None else version_id
    with weights.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        stem = f"models/{project_id}/{number}-{sha256[:16]}"
        file.seek(0)
        default_storage.save(f"{stem}.safetensors", File(file))
    with exported.open("rb") as file:
        default_storage.save(f"{stem}.onnx", File(file))
    return StoredWeights(number, f"{stem}.safetensors", f"{stem}.onnx", sha256, weights.stat().st_size)


def weights_discard(*, stored: StoredWeights) -> None:
    """Remove files that no row names, because its transaction failed."""
    default_storage.delete(stored.weights_key)
    default_storage.delete(stored.exported_key)


def identity_of(*, signed: str, sha256: str) -> str:
    """Return what a version's answers bear: the name within its file, and the hash of the file."""
    return f"{signed}+{sha256[:SIGNED_DIGITS]}"


def project_lock(*, project_id: int) -> Project:
    """Return the project, locked against everybody else who numbers, serves or archives its versions."""
    project = Project.objects.select_for_update(no_key=True).filter(pk=project_id).first()
    if project is None:
        raise not_found("project")
    return project


def version_create(
    *,
    project: Project,
    stored: StoredWeights,
    state: VersionState,
    name: str,
    signed: str,
    architecture: str,
    licence: str,
    parent: ModelVersion | None,
    metrics: dict[str, Any],
    created_by: User | None,
) -> ModelVersion:
    """Write the row of weights that a run has made; belongs into a transaction that has locked the project.

    `signed` is the name within the file, `metrics` are `shapes.training.Figures` on held-out objects.
    """
    version = ModelVersion.objects.create(
        pk=stored.version_id,
        project=project,
        number=next_number(project=project),
        name=name,
        origin=VersionOrigin.TRAINED,
        state=state,
        parent=parent,
        weights_key=stored.weights_key,
        exported_key=stored.exported_key,
        sha256=stored.sha256,
        identity=identity_of(signed=signed, sha256=stored.sha256),
        architecture=architecture,
        licence=licence,
        byte_size=stored.byte_size,
        metrics=metrics,
        created_by=created_by,
    )
    audit(actor=created_by, action="model.create", target=version, project_id=project.pk, state=state)
    publish_models(project.pk)
    return version


def next_number(*, project: Project) -> int:
    """Return the number of a locked project's next version."""
    last = ModelVersion.objects.filter(project=project).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def version_activate(
    *, project_id: int, version_id: int | None, pinned: bool, activated_by: User | None
) -> Project:
    """Have a version answer the project's clicks from the next one on; None is the bundled model.

    A pinned one stays until a person chooses another. A rejected version may serve when somebody says so.
    Raises `Refused`: `not_found`, or `version_not_ready` for what is being checked, refused or archived.
    """
    with transaction.atomic():
        project = project_lock(project_id=project_id)
        version = None
        if version_id is not None:
            version = ModelVersion.objects.filter(pk=version_id, project=project).first()
            if version is None:
                raise not_found("model")
            _ensure_serves(version)
        serve(project=project, version=version, pinned=pinned, served_by=activated_by)
    return project


def serve(
    *, project: Project, version: ModelVersion | None, pinned: bool, served_by: User | None, **why: object
) -> None:
    """Make a version the active one; belongs into a transaction that has locked the project.

    `why` goes into the audit log. What serves already in the same way is left alone.
    """
    before = project.active_version_id
    if before == (version.pk if version else None) and project.model_pinned == pinned:
        return
    was = version.state if version else None
    project.active_version, project.model_pinned = version, pinned
    project.save(update_fields=["active_version", "model_pinned"])
    if version is not None and version.state == VersionState.PROPOSED:
        # Somebody has said yes.
        version.state = VersionState.READY
        version.save(update_fields=["state", "updated_at"])
    told = {"version": version.pk if version else None, "before": before, "pinned": pinned, "state": was}
    audit(actor=served_by, action="model.activate", target=project, project_id=project.pk, **told, **why)
    publish_models(project.pk)
    if version is not None and version.pk != before:
        number = version.pk
        transaction.on_commit(lambda: _warm(number))


def version_change(*, version_id: int, change: ModelVersionChange, changed_by: User) -> ModelVersion:
    """Rename a version, archive it or take it out of the archive.

    Raises `Refused`: `version_active` for archiving what serves, `version_not_ready` for what is checked.
    """
    with transaction.atomic():
        project_id = ModelVersion.objects.values_list("project_id", flat=True).get(pk=version_id)
        project = project_lock(project_id=project_id)
        version = ModelVersion.objects.select_for_update().get(pk=version_id)
        changes: dict[str, object] = {}
        if change.name is not None and change.name != version.name:
            changes["name"] = version.name = change.name
        if change.archived is not None and change.archived != (version.archived_at is not None):
            _ensure_archivable(version, project)
            version.archived_at = timezone.now() if change.archived else None
            changes["archived"] = change.archived
        if changes:
            version.save(update_fields=["name", "archived_at", "updated_at"])
            audit(actor=changed_by, action="model.change", target=version, project_id=project.pk, **changes)
            publish_models(project.pk)
    return version


def _ensure_serves(version: ModelVersion) -> None:
    if version.archived_at is not None:
        reason = "is archived. Take it out of the archive first"
    elif version.state in SERVING:
        return
    else:
        reason = NOT_READY[VersionState(version.state)]
    raise conflict(
        "version_not_ready",
        f"“{version.name}” {reason}.",
        state=version.state,
        archived=version.archived_at is not None,
    )


def _ensure_archivable(version: ModelVersion, project: Project) -> None:
    if project.active_version_id == version.pk:
        raise conflict(
            "version_active", f"“{version.name}” answers this project's clicks. Serve another one first."
        )
    if version.state == VersionState.CHECKING:
        raise conflict("version_not_ready", f"“{version.name}” {NOT_READY[VersionState.CHECKING]}.")


def _warm(version_id: int) -> None:
    """Have segmentation workers load a version before the first click. Only speed depends on it."""
    try:
        for _ in range(WARMED):
            app.send_task(
                "labeling.tasks.model_warm",
                args=[version_id],
                queue="segment",
                priority=BEFORE_PREVIEWS,
                expires=settings.SEGMENT_DEADLINE_S,
                retry=False,
            )
    except Exception as error:
        logger.warning("A model could not be warmed: %s", error)


def _drawn_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('labeling_modelversion', 'id'))")
        return int(cursor.fetchone()[0])
