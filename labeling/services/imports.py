"""Imports: a file taken in, its check, its start by a person, its end. Workers do them in `import_runs`."""

from datetime import timedelta
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain.errors import Kind, Refused, conflict, invalid_field
from labeling.models import Import, ImportState, Project
from labeling.selectors.access import datasets_visible
from labeling.selectors.imports import label_meant, labels_by_name
from labeling.services.jobs import Jobs
from labeling.services.records import audit, publish_import
from labeling.shapes.imports import ImportStart

# So many problems stand in the row; all are counted.
MOST_TOLD = 100
# A worker tells how far it is, and hears that it is not wanted any more.
TOLD_EVERY_S = 0.5
# A checked file that nobody has started for so long is given up.
GIVEN_UP = timedelta(days=7)

JOBS: Jobs[Import] = Jobs(
    rows=lambda: Import.objects.select_related("requested_by", "project"),
    active=(ImportState.QUEUED, ImportState.CHECKING, ImportState.IMPORTING),
    over=(ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED),
    task="labeling.tasks.import_run",
    queue="default",
    stale=timedelta(minutes=2),
    tell=publish_import,
    word="import",
)


def import_request(
    *,
    project: Project,
    file_name: str,
    format_name: str | None,
    stream: BinaryIO,
    size: int,
    requested_by: User,
) -> Import:
    """Store a file and have a worker check it; without a format it is found out.

    Raises `Refused`: `invalid` for an empty file, `too_large`.
    """
    if size == 0:
        raise invalid_field("file", "This file is empty. Choose another one.")
    if size > settings.MAX_IMPORT_BYTES:
        most = settings.MAX_IMPORT_BYTES // 2**20
        raise Refused(
            "too_large",
            f"This file has more than {most:,} MB. Leave the images out, or divide it.",
            kind=Kind.TOO_LARGE,
        )
    # Nothing that the client sent.
    key = f"imports/{project.pk}/{uuid4().hex}"
    default_storage.save(key, File(stream))
    try:
        with transaction.atomic():
            row = Import.objects.create(
                project=project,
                file_name=file_name[:255],
                file_key=key,
                byte_size=size,
                format=format_name or "",
                requested_by=requested_by,
            )
            audit(
                actor=requested_by,
                action="import.request",
                target=row,
                project_id=project.pk,
                file=row.file_name,
            )
            publish_import(row)
            transaction.on_commit(lambda: JOBS.enqueue(row.pk))
    except BaseException:
        default_storage.delete(key)
        raise
    return row


def import_start(*, row: Import, options: ImportStart, started_by: User) -> Import:
    """Write a checked file into the project's tasks. The same choice again changes nothing.

    Raises `Refused`: `import_not_checked`, `import_has_problems` while there are some and the rest was not
    asked for, `labels_missing` and `images_missing` while labels and images are lacking that may not be made,
    `invalid` for a data set that is not both the project's and the person's.
    """
    chosen = options.model_dump(mode="json")
    with transaction.atomic():
        locked = JOBS.locked(row.pk)
        if locked.state in (ImportState.IMPORTING, ImportState.DONE) and locked.options == chosen:
            return locked
        if locked.state != ImportState.CHECKED:
            raise conflict(
                "import_not_checked",
                f"This file is {locked.state} and cannot be imported now. Upload it again.",
                state=locked.state,
            )
        _ensure_importable(locked, options, started_by)
        locked.options, locked.state, locked.progress = chosen, ImportState.IMPORTING, 0.0
        # Who starts it is who has written it.
        locked.requested_by = started_by
        locked.save()
        audit(actor=started_by, action="import.start", target=locked, project_id=locked.project_id, **chosen)
        publish_import(locked)
        transaction.on_commit(lambda: JOBS.enqueue(locked.pk))
    return locked


def _ensure_importable(row: Import, options: ImportStart, started_by: User) -> None:
    target = options.add_images_to
    own = datasets_visible(user=started_by).filter(projects=row.project_id)
    if target is not None and not own.filter(pk=target).exists():
        raise invalid_field("add_images_to", "You have no such data set in this project. Choose another one.")
    if options.skip_problems:
        return
    if row.problem_count:
        entries = "1 entry" if row.problem_count == 1 else f"{row.problem_count:,} entries"
        raise conflict(
            "import_has_problems",
            f"{entries} of this file cannot be imported. Mend the file, or ask for the rest.",
            problems=row.problem_count,
        )
    if row.new_image_count and target is None:
        images = "1 image" if row.new_image_count == 1 else f"{row.new_image_count:,} images"
        raise conflict(
            "images_missing",
            f"The project lacks {images} of this file. Add them to one of its data sets, or ask for the "
            "rest.",
            images=row.new_image_count,
        )
    known = labels_by_name(row.project_id)
    missing = [label["name"] for label in row.labels if label_meant(known, label["name"]) is None]
    if missing and not options.create_labels:
        raise conflict(
            "labels_missing",
            f"The project has no label “{missing[0]}”. Add its labels, or let the import make them.",
            labels=missing,
        )


def import_cancel(*, row: Import, cancelled_by: User) -> Import:
    """Stop an import that is not over. What is written already stays."""
    cancelled = JOBS.cancel(row.pk, by=cancelled_by)
    files_discard(cancelled)
    return cancelled


def files_discard(row: Import) -> None:
    """Remove the files of an import that is over; a worker that still reads them is not wanted any more."""
    for key in filter(None, (row.file_key, row.staged_key)):
        default_storage.delete(key)


def imports_resume() -> int:
    """Queue what has lost its worker, and give up what nobody has started for days."""
    left = Import.objects.filter(state=ImportState.CHECKED, updated_at__lt=timezone.now() - GIVEN_UP)
    for row in left.select_related("requested_by"):
        import_cancel(row=row, cancelled_by=row.requested_by)
    return JOBS.resume()
