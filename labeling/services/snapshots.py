"""Taking snapshots: what is accepted now, frozen under the hash of its content."""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from cardinal.accounts.models import User
from labeling.domain.errors import conflict
from labeling.domain.points import MIN_POINTS
from labeling.domain.snapshots import SnapshotObject, lines, read
from labeling.models import Annotation, Project, Snapshot, Split, Task, TaskState
from labeling.selectors.training import choose_held_out, learnable
from labeling.services.records import audit


def snapshot_take(*, project: Project, taken_by: User | None) -> Snapshot:
    """Freeze a project's accepted objects; the same objects are the same snapshot, whenever they are taken.

    Crowds and objects to be ignored are left out. Images that are accepted for the first time are divided
    into those that are held out and those that are trained on, for the project's life. Raises `Refused`
    with `nothing_accepted`.
    """
    with transaction.atomic():
        # One at a time a project: whether an image is held out depends on how many are already.
        Project.objects.select_for_update().get(pk=project.pk)
        _divide(project)
        objects = [_frozen(row) for row in _accepted(project)]
        if not objects:
            raise conflict("nothing_accepted", "Nothing is accepted yet. Accept some objects first.")
        with TemporaryFile() as file:
            sha256 = _write(file, objects)
            known = Snapshot.objects.filter(project=project, sha256=sha256).first()
            if known is not None:
                return known
            file_key = f"snapshots/{project.pk}/{sha256}.jsonl.gz"
            if not default_storage.exists(file_key):
                file.seek(0)
                default_storage.save(file_key, File(file))
        held = [one for one in objects if one.held_out]
        snapshot = Snapshot.objects.create(
            project=project,
            sha256=sha256,
            file_key=file_key,
            image_count=_images(objects),
            object_count=len(objects),
            held_out_image_count=_images(held),
            held_out_object_count=len(held),
        )
        audit(actor=taken_by, action="snapshot.take", target=snapshot, project_id=project.pk, sha256=sha256)
    return snapshot


def snapshot_read(*, snapshot: Snapshot) -> list[SnapshotObject]:
    """Return a snapshot's objects. Raises `SnapshotDamaged` when the stored file is not as its name says."""
    with default_storage.open(snapshot.file_key, "rb") as file, gzip.open(file) as content:
        return read(content, sha256=snapshot.sha256)


def _divide(project: Project) -> None:
    """Choose of every accepted image that is new whether it is held out."""
    tasks = Task.objects.filter(project=project)
    new = dict(tasks.filter(state=TaskState.ACCEPTED, split=Split.NONE).values_list("image__sha256", "pk"))
    held = choose_held_out(project=project, new=new.keys())
    tasks.filter(pk__in=[key for sha256, key in new.items() if sha256 in held]).update(split=Split.HELD_OUT)
    tasks.filter(pk__in=[key for sha256, key in new.items() if sha256 not in held]).update(split=Split.TRAIN)


def _accepted(project: Project) -> Iterator[Annotation]:
    # What was accepted a moment ago, while images were being divided, is in the next snapshot.
    rows = learnable(project_id=project.pk).exclude(task__split=Split.NONE)
    return rows.select_related("task__image", "label", "origin").order_by("pk").iterator(chunk_size=500)


def _frozen(row: Annotation) -> SnapshotObject:
    image = row.task.image
    points = row.origin.points if row.origin is not None else []
    clicks = tuple((float(point["x"]), float(point["y"])) for point in points)
    return SnapshotObject(
        image=image.sha256,
        width=image.width,
        height=image.height,
        annotation=row.pk,
        version=row.version,
        label=row.label.name,
        mask=row.mask_counts,
        clicks=clicks if len(clicks) >= MIN_POINTS else (),
        held_out=row.task.split == Split.HELD_OUT,
    )


def _write(file: BinaryIO, objects: Iterable[SnapshotObject]) -> str:
    """Write the lines, packed without a time of writing, and return the hash of what was packed."""
    digest = hashlib.sha256()
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
        for line in lines(objects):
            digest.update(line)
            packed.write(line)
    return digest.hexdigest()


def _images(objects: Iterable[SnapshotObject]) -> int:
    return len({one.image for one in objects})
