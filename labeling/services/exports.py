"""Writing exports: queued, run by a worker with progress, cancelled, resumed after a crash."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from tempfile import TemporaryFile

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain.errors import DISK_FULL, invalid_field, is_disk_full, not_found
from labeling.formats import FORMATS
from labeling.formats.base import ExportImage, FormatRefused
from labeling.formats.package import Beside, write_package
from labeling.models import Export, ExportState, Project, Snapshot, SnapshotKind
from labeling.services.export_contents import content_freeze, content_open
from labeling.services.jobs import Jobs, Over
from labeling.services.locks import EXPORTS, only_worker
from labeling.services.records import audit, publish_export
from labeling.shapes.exports import ExportOptions

logger = logging.getLogger(__name__)

# The share of the time that goes into freezing the content.
FREEZING = 0.3
ACTIVE = (ExportState.QUEUED, ExportState.RUNNING)
FAILED_MESSAGE = "The export could not be written. Try again; if it stays, tell an admin of this site."

JOBS: Jobs[Export] = Jobs(
    rows=lambda: Export.objects.select_related("requested_by", "snapshot"),
    active=ACTIVE,
    over=(ExportState.READY, ExportState.FAILED, ExportState.CANCELLED),
    task="labeling.tasks.export_run",
    queue="default",
    stale=timedelta(minutes=2),
    tell=publish_export,
    word="export",
)


@dataclass
class _Counted:
    images: int = 0
    annotations: int = 0

    def walk(self, images: Iterable[ExportImage]) -> Iterator[ExportImage]:
        for image in images:
            self.images += 1
            self.annotations += len(image.annotations)
            yield image


def export_request(
    *,
    project: Project,
    format_name: str,
    requested_by: User,
    options: ExportOptions | None = None,
    snapshot_id: int | None = None,
) -> Export:
    """Queue an export of what is there when it runs, or of what another export froze.

    Raises `Refused` for labels and snapshots of other projects.
    """
    options = options or ExportOptions()
    if options.label_ids is not None:
        _ensure_labels(project, options.label_ids)
    with transaction.atomic():
        export = Export.objects.create(
            project=project,
            format=format_name,
            requested_by=requested_by,
            options=options.model_dump(mode="json"),
            snapshot=_snapshot(project, snapshot_id),
        )
        audit(
            actor=requested_by,
            action="export.request",
            target=export,
            project_id=project.pk,
            format=format_name,
        )
        publish_export(export)
        transaction.on_commit(lambda: JOBS.enqueue(export.pk))
    return export


def _ensure_labels(project: Project, label_ids: Sequence[int]) -> None:
    known = set(project.labels.values_list("pk", flat=True))
    if unknown := sorted(set(label_ids) - known):
        raise invalid_field(
            "options.label_ids", f"This project has no label {unknown[0]}. Choose among its own labels."
        )


def _snapshot(project: Project, snapshot_id: int | None) -> Snapshot | None:
    if snapshot_id is None:
        return None
    snapshot = Snapshot.objects.filter(pk=snapshot_id, project=project, kind=SnapshotKind.EXPORT).first()
    if snapshot is None:
        raise not_found("snapshot")
    return snapshot


def exports_resume() -> int:
    """Queue exports again that nobody has touched for a while: their worker or the broker died."""
    return JOBS.resume()


def export_cancel(*, export: Export, cancelled_by: User) -> Export:
    """Stop an export that is not finished; a finished one stays as it is."""
    return JOBS.cancel(export.pk, by=cancelled_by)


def export_run(*, export_id: int) -> None:
    """Write an export's file. Safe to repeat and to run twice at once: the second one leaves."""
    with only_worker(EXPORTS, export_id) as alone:
        if alone:
            _run(export_id)


def _run(export_id: int) -> None:
    export = Export.objects.select_related("project", "requested_by", "snapshot").filter(pk=export_id).first()
    if export is None or export.state not in ACTIVE:
        return
    try:
        _write(export)
    except Over:
        return
    except FormatRefused as error:
        _fail(export_id, "format_refused", str(error))
    except Exception as error:
        logger.exception("Export %s failed", export_id)
        full = is_disk_full(error)
        _fail(export_id, *(("disk_full", DISK_FULL) if full else ("export_failed", FAILED_MESSAGE)))


def _fail(export_id: int, code: str, message: str) -> None:
    with suppress(Over):
        JOBS.update(export_id, state=ExportState.FAILED, error_code=code, error_message=message)


def _write(export: Export) -> None:
    JOBS.update(export.pk, state=ExportState.RUNNING, started_at=timezone.now())
    options = ExportOptions.model_validate(export.options)

    def frozen(done: float) -> None:
        JOBS.update(export.pk, progress=FREEZING * done)

    def written(done: float) -> None:
        JOBS.update(export.pk, progress=FREEZING + (1 - FREEZING) * done)

    if export.snapshot is None:
        # Kept before anything is written: whoever goes on after a crash exports the same.
        export.snapshot = content_freeze(project=export.project, told=frozen)
        JOBS.update(export.pk, snapshot=export.snapshot)
    source = content_open(snapshot=export.snapshot, options=options, told=written)
    counted = _Counted()
    file_key = f"exports/{export.project_id}/{export.pk}.zip"
    with TemporaryFile() as file:
        counted_source = replace(source, images=counted.walk(source.images))
        beside = _beside(export.snapshot, options)
        for _ in write_package(FORMATS[export.format], counted_source, file, beside):
            pass
        byte_size = file.tell()
        file.seek(0)
        default_storage.save(file_key, File(file))
    ready = {"state": ExportState.READY, "progress": 1.0, "file_key": file_key, "byte_size": byte_size}
    try:
        JOBS.update(export.pk, **ready, image_count=counted.images, annotation_count=counted.annotations)
    except Exception:
        # Cancelled meanwhile: no row names this file.
        default_storage.delete(file_key)
        raise


def _beside(snapshot: Snapshot, options: ExportOptions) -> Beside:
    return Beside(
        pictures=options.images in ("display", "originals"),
        links=options.images == "links",
        crops=options.crops,
        research=options.research,
        about={"snapshot": snapshot.sha256, "options": options.model_dump(mode="json")},
    )
