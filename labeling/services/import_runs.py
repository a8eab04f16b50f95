"""Doing imports: a file is read, checked and staged; what a person has started is written elsewhere."""

import logging
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from labeling.domain.errors import DISK_FULL, is_disk_full
from labeling.domain.task_states import imported_state
from labeling.formats import FORMATS, recognised
from labeling.formats.opened import FileInvalid, Opened
from labeling.formats.records import Problem
from labeling.formats.stage_rows import Brought, KnownImage
from labeling.formats.staged import Staged
from labeling.models import Import, ImportState, Task
from labeling.services.import_pictures import import_opened, pictures_of
from labeling.services.import_writing import import_write
from labeling.services.imports import JOBS, MOST_TOLD, TOLD_EVERY_S, files_discard
from labeling.services.jobs import Over
from labeling.services.locks import IMPORTS, only_worker

logger = logging.getLogger(__name__)

MOST_LABELS = 1000
# The share of the time of a check that goes into reading; the rest goes into masks.
READING = 0.5
BROKEN = "The file could not be imported. Try again; if it stays, tell an admin of this site."
GONE = "The file is not in the storage any more. Upload it again."


def import_do(*, import_id: int) -> None:
    """Check an import, or write what was checked. Safe to repeat and to run twice at once: one leaves."""
    with only_worker(IMPORTS, import_id) as alone:
        if alone:
            _do(import_id)


def _do(import_id: int) -> None:
    row = Import.objects.select_related("project", "requested_by").filter(pk=import_id).first()
    if row is None or row.state not in JOBS.active:
        return
    try:
        if row.state == ImportState.IMPORTING:
            import_write(row)
        else:
            _check(row)
    except Over:
        return
    except FileInvalid as error:
        _fail(row, "file_invalid", str(error)[:500])
    except FileNotFoundError:
        _fail(row, "file_gone", GONE)
    except Exception as error:
        logger.exception("Import %s failed", import_id)
        _fail(row, *(("disk_full", DISK_FULL) if is_disk_full(error) else ("failed", BROKEN)))


def _fail(row: Import, code: str, message: str) -> None:
    with suppress(Over):
        files_discard(JOBS.update(row.pk, state=ImportState.FAILED, error_code=code, error_message=message))


class _Progress:
    """Tells how far an import is, now and then; that is also how a worker hears that it was cancelled."""

    def __init__(self, row: Import) -> None:
        self._row = row
        self._told = time.monotonic()

    def __call__(self, done: float) -> None:
        now = time.monotonic()
        if now - self._told >= TOLD_EVERY_S:
            self._told = now
            JOBS.update(self._row.pk, progress=done)


def _check(row: Import) -> None:
    JOBS.update(row.pk, state=ImportState.CHECKING, started_at=timezone.now(), progress=0.0)
    told = _Progress(row)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stage"
        with Staged(path) as stage:
            with import_opened(row) as opened:
                format_name = _read(row, opened, stage, told)
                with closing(pictures_of(opened)) as pictures:

                    def brought(file: str) -> Brought | None:
                        # Headers of many pictures take minutes: who has cancelled waits for none of them.
                        told(READING)
                        return pictures.find(file)

                    stage.match(_known(row.project_id), brought)
            for done in stage.resolve():
                told(READING + (1 - READING) * done)
            facts = _facts(stage)
        staged_key = f"{row.file_key}.stage"
        with path.open("rb") as file:
            default_storage.save(staged_key, File(file))
    try:
        JOBS.update(
            row.pk,
            state=ImportState.CHECKED,
            format=format_name,
            staged_key=staged_key,
            progress=1.0,
            **facts,
        )
    except BaseException:
        # Cancelled meanwhile: no row names this file.
        default_storage.delete(staged_key)
        raise
    if not facts["new_image_count"]:
        default_storage.delete(row.file_key)


def _read(row: Import, opened: Opened, stage: Staged, told: _Progress) -> str:
    format_ = FORMATS[row.format] if row.format else recognised(opened)
    for name in opened.refused:
        stage.add(Problem(name, "would lie outside of the archive, and is left alone."))
    for record in format_.read(opened):
        stage.add(record)
        told(READING * opened.done)
    return format_.name


def _known(project_id: int) -> Iterator[KnownImage]:
    columns = ("pk", "image__name", "image__dataset__name", "image__sha256", "image__width", "image__height")
    rows = Task.objects.filter(project=project_id).order_by("position")
    found = rows.values_list(*columns, "annotation_count", "state")
    for task, name, dataset, sha256, width, height, objects, state in found.iterator(chunk_size=5000):
        occupied = objects > 0 or imported_state(state, existing="keep") is None
        yield KnownImage(task, name, dataset, sha256, width, height, occupied)


def _facts(stage: Staged) -> dict[str, object]:
    labels = [
        {"name": one.name.strip(), "kind": one.kind, "annotation_count": one.objects}
        for one in stage.labels()[:MOST_LABELS]
    ]
    problems = [{"entry": one.entry, "message": one.message} for one in stage.problems()]
    return {
        "image_count": stage.image_count,
        "new_image_count": stage.new_image_count,
        "object_count": stage.object_count,
        "occupied_count": stage.occupied_count,
        "labels": labels,
        "problem_count": stage.problem_count,
        "problems": problems[:MOST_TOLD],
    }
