"""Writing exports: queued, run by a worker with progress, cancelled, resumed after a crash."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryFile

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cardinal.accounts.models import User
from cardinal.celery import app
from labeling.domain.attributes import Attribute, answers
from labeling.formats import EXPORTERS
from labeling.formats.base import (
    ExportAnnotation,
    ExportImage,
    ExportLabel,
    ExportSource,
    FormatRefused,
)
from labeling.models import Annotation, Export, ExportState, Project, Task, TaskState
from labeling.selectors.labels import rules_of
from labeling.services.locks import EXPORTS, only_worker
from labeling.services.records import audit, publish_export

logger = logging.getLogger(__name__)

BATCH = 200
STALE = timedelta(minutes=2)
ACTIVE = (ExportState.QUEUED, ExportState.RUNNING)
FAILED_MESSAGE = "The export could not be written. Try again; if it stays, tell an admin of this site."


class _Cancelled(Exception):
    pass


@dataclass
class _Written:
    images: int = 0
    annotations: int = 0


def export_request(*, project: Project, format_name: str, requested_by: User) -> Export:
    """Queue an export of the tasks that are accepted when it runs."""
    with transaction.atomic():
        export = Export.objects.create(project=project, format=format_name, requested_by=requested_by)
        audit(
            actor=requested_by,
            action="export.request",
            target=export,
            project_id=project.pk,
            format=format_name,
        )
        publish_export(export)
        transaction.on_commit(lambda: _enqueue(export.pk))
    return export


def _enqueue(export_id: int) -> None:
    try:
        app.send_task("labeling.tasks.export_run", args=[export_id], queue="default", retry=False)
    except Exception as error:
        logger.warning("Export %s waits for the broker: %s", export_id, error)


def exports_resume() -> int:
    """Queue exports again that nobody has touched for a while: their worker or the broker died."""
    stale = Export.objects.filter(state__in=ACTIVE, updated_at__lt=timezone.now() - STALE)
    keys = list(stale.values_list("pk", flat=True))
    for key in keys:
        _enqueue(key)
    return len(keys)


def export_cancel(*, export: Export, cancelled_by: User) -> Export:
    """Stop an export that is not finished; a finished one stays as it is."""
    with transaction.atomic():
        locked = (
            Export.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=export.pk)
        )
        if locked.state in ACTIVE:
            locked.state = ExportState.CANCELLED
            locked.finished_at = timezone.now()
            locked.save()
            audit(actor=cancelled_by, action="export.cancel", target=locked, project_id=locked.project_id)
            publish_export(locked)
    return locked


def export_run(*, export_id: int) -> None:
    """Write an export's file. Safe to repeat and to run twice at once: the second one leaves."""
    with only_worker(EXPORTS, export_id) as alone:
        if alone:
            _run(export_id)


def _run(export_id: int) -> None:
    export = Export.objects.select_related("project", "requested_by").filter(pk=export_id).first()
    if export is None or export.state not in ACTIVE:
        return
    try:
        _write(export)
    except _Cancelled:
        return
    except FormatRefused as error:
        _fail(export_id, "format_refused", str(error))
    except Exception:
        logger.exception("Export %s failed", export_id)
        _fail(export_id, "export_failed", FAILED_MESSAGE)


def _fail(export_id: int, code: str, message: str) -> None:
    with suppress(_Cancelled):
        _update(export_id, state=ExportState.FAILED, error_code=code, error_message=message)


def _write(export: Export) -> None:
    tasks = Task.objects.filter(project=export.project, state=TaskState.ACCEPTED).order_by("position")
    keys = list(tasks.values_list("pk", flat=True))
    annotations = Annotation.objects.filter(task__in=tasks, deleted_at=None).count()
    _update(
        export.pk,
        state=ExportState.RUNNING,
        image_count=len(keys),
        annotation_count=annotations,
    )
    labels = [
        ExportLabel(label.pk, label.name, label.kind, label.color) for label in export.project.labels.all()
    ]
    rules = rules_of(label_ids=[label.id for label in labels])
    written = _Written()
    source = ExportSource(export.project.name, labels, _images(keys, written, rules))
    file_key = f"exports/{export.project_id}/{export.pk}.zip"
    with TemporaryFile() as file:
        for done in EXPORTERS[export.format].write(source, file):
            if done % BATCH == 0:
                _update(export.pk, state=ExportState.RUNNING, progress=done / len(keys))
        byte_size = file.tell()
        file.seek(0)
        default_storage.save(file_key, File(file))
    ready = {"state": ExportState.READY, "progress": 1.0, "file_key": file_key, "byte_size": byte_size}
    try:
        _update(export.pk, **ready, image_count=written.images, annotation_count=written.annotations)
    except Exception:
        # Cancelled meanwhile: no row names this file.
        default_storage.delete(file_key)
        raise


def _exported(row: Annotation, rules: Sequence[Attribute]) -> ExportAnnotation:
    return ExportAnnotation(
        row.pk,
        row.label_id,
        row.mask_counts,
        row.bbox,
        row.area,
        attributes=answers(rules, row.attributes),
        occluded=row.occluded,
        truncated=row.truncated,
        crowd=row.crowd,
        ignore=row.ignore,
        position=row.position,
    )


def _images(
    task_keys: list[int], written: _Written, rules: Mapping[int, Sequence[Attribute]]
) -> Iterator[ExportImage]:
    for start in range(0, len(task_keys), BATCH):
        keys = task_keys[start : start + BATCH]
        objects: dict[int, list[ExportAnnotation]] = {key: [] for key in keys}
        for row in Annotation.objects.filter(task__in=keys, deleted_at=None).order_by("pk"):
            objects[row.task_id].append(_exported(row, rules.get(row.label_id, [])))
        # Looked at after the objects: a task that was sent back meanwhile may hold half-done ones.
        accepted = Task.objects.filter(pk__in=keys, state=TaskState.ACCEPTED)
        for task in accepted.select_related("image").order_by("position"):
            image = task.image
            written.images += 1
            written.annotations += len(objects[task.pk])
            yield ExportImage(image.pk, image.name, image.sha256, image.width, image.height, objects[task.pk])


def _update(export_id: int, **changes: object) -> None:
    with transaction.atomic():
        export = (
            Export.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=export_id)
        )
        if export.state not in ACTIVE:
            raise _Cancelled
        for name, value in changes.items():
            setattr(export, name, value)
        if export.state not in ACTIVE:
            export.finished_at = timezone.now()
        export.save()
        publish_export(export)
