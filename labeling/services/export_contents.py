"""What an export is made of: a project's whole content at one moment, frozen, and what of it was chosen.

The content is JSON lines, packed: what is true of the project, then an image with its objects a line, in the
order of the tasks. The hash of these lines is the snapshot's name. Nothing in a line changes by itself, so
that the same content and the same choice are the same archive for ever.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from labeling.domain.attributes import Attribute, answers
from labeling.domain.splits import Divider, parts
from labeling.formats.base import (
    ExportAnnotation,
    ExportImage,
    ExportLabel,
    ExportSource,
    Link,
    Origin,
    Picture,
)
from labeling.models import Annotation, Image, Project, Snapshot, SnapshotKind, Split, Task
from labeling.selectors.labels import rules_of
from labeling.shapes.exports import ExportOptions

FORMAT = "export 1"
BATCH = 200
# What an object's line has under the names of its columns.
PLAIN = ("bbox", "area", "occluded", "truncated", "crowd", "ignore", "position")
PLAIN_OF_ORIGIN = ("seconds", "tool_seconds", "score", "verdict", "version")
COLUMNS = (
    *("id", "task_id", "label_id", "mask_counts", "attributes", "created_by_id"),
    *("origin__points", "origin__model_version"),
    *PLAIN,
    *PLAIN_OF_ORIGIN,
)
EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
}
Told = Callable[[float], None]


@dataclass
class _Counts:
    images: int = 0
    objects: int = 0
    held_out_images: int = 0
    held_out_objects: int = 0

    def add(self, *, objects: int, held_out: bool) -> None:
        self.images += 1
        self.objects += objects
        self.held_out_images += held_out
        self.held_out_objects += objects * held_out


def content_freeze(*, project: Project, told: Told) -> Snapshot:
    """Write down what a project holds now, and return it; the same content is the same snapshot.

    All is seen as of one moment, whatever people do meanwhile. `told` hears how much is done, 0..1.
    """
    counts = _Counts()
    with TemporaryFile() as file:
        with _one_moment(told) as telling:
            sha256 = _write(file, _lines(project, counts, telling))
        known = Snapshot.objects.filter(project=project, sha256=sha256).first()
        if known is not None:
            return known
        file_key = f"snapshots/{project.pk}/{sha256}.jsonl.gz"
        if not default_storage.exists(file_key):
            file.seek(0)
            default_storage.save(file_key, File(file))
    # Two exports may freeze the same content at once: the first row counts.
    snapshot, _ = Snapshot.objects.get_or_create(
        project=project,
        sha256=sha256,
        defaults={
            "kind": SnapshotKind.EXPORT,
            "file_key": file_key,
            "image_count": counts.images,
            "object_count": counts.objects,
            "held_out_image_count": counts.held_out_images,
            "held_out_object_count": counts.held_out_objects,
        },
    )
    return snapshot


@contextmanager
def _one_moment(told: Told) -> Iterator[Told]:
    """Open a transaction in which every query sees the database as it was at the first one.

    Gives a way to tell how much is done meanwhile: over a connection of its own, since what is written in
    this transaction others see only when it ends.
    """
    if connection.in_atomic_block:
        yield told
        return
    with ThreadPoolExecutor(max_workers=1) as beside:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("set transaction isolation level repeatable read, read only")
                yield lambda done: beside.submit(told, done).result()
        finally:
            # Each thread has a connection of its own: this one closes that of the other thread.
            beside.submit(lambda: connection.close()).result()  # noqa: PLW0108


def _write(file: BinaryIO, lines: Iterator[dict[str, Any]]) -> str:
    digest = hashlib.sha256()
    # Level 1 packs run lengths nearly as well as level 9, in a fifth of the time.
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, compresslevel=1) as packed:
        for values in lines:
            line = (
                json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            )
            digest.update(line)
            packed.write(line)
    return digest.hexdigest()


def _lines(project: Project, counts: _Counts, told: Told) -> Iterator[dict[str, Any]]:
    labels = list(project.labels.all())
    rules = rules_of(label_ids=[label.pk for label in labels])
    yield {
        "format": FORMAT,
        "project": Project.objects.values_list("name", flat=True).get(pk=project.pk),
        "labels": [
            {
                "id": label.pk,
                "name": label.name,
                "kind": label.kind,
                "color": label.color,
                "attributes": [rule.name for rule in rules.get(label.pk, [])],
            }
            for label in labels
        ],
    }
    keys = list(Task.objects.filter(project=project).order_by("position").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        yield from _batch(keys[start : start + BATCH], rules, counts)
        told(min(1.0, (start + BATCH) / len(keys)))


def _batch(
    keys: Sequence[int], rules: Mapping[int, Sequence[Attribute]], counts: _Counts
) -> Iterator[dict[str, Any]]:
    objects: dict[int, list[dict[str, Any]]] = {key: [] for key in keys}
    # Plain values of some columns: whole rows with those of their proposals take twice the time.
    rows = Annotation.objects.filter(task__in=keys, deleted_at=None).order_by("pk").values(*COLUMNS)
    for row in rows.iterator(chunk_size=2000):
        objects[row["task_id"]].append(_object(row, rules.get(row["label_id"], ())))
    tasks = Task.objects.filter(pk__in=keys).select_related("image__dataset").order_by("position")
    for task in tasks:
        image = task.image
        counts.add(objects=len(objects[task.pk]), held_out=task.split == Split.HELD_OUT)
        yield {
            "id": image.pk,
            "name": image.name,
            "dataset": image.dataset.name,
            "sha256": image.sha256,
            "width": image.width,
            "height": image.height,
            "state": task.state,
            "held_out": task.split == Split.HELD_OUT,
            "objects": objects[task.pk],
        }


def _object(row: Mapping[str, Any], rules: Sequence[Attribute]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "label": row["label_id"],
        "mask": row["mask_counts"],
        **{name: row[name] for name in PLAIN},
        "attributes": answers(rules, row["attributes"]) if rules else {},
        "origin": {
            "clicks": [[point["x"], point["y"], point.get("t")] for point in row["origin__points"] or ()],
            "model": row["origin__model_version"],
            "annotator": row["created_by_id"],
            **{name: row[name] for name in PLAIN_OF_ORIGIN},
        },
    }


def content_open(*, snapshot: Snapshot, options: ExportOptions, told: Told) -> ExportSource:
    """Return what was chosen of a frozen content, to be walked once; `told` hears how far that is, 0..1."""
    head = next(_read(snapshot))
    chosen = None if options.label_ids is None else set(options.label_ids)
    labels = [
        ExportLabel(one["id"], one["name"], one["kind"], one["color"], tuple(one["attributes"]))
        for one in head["labels"]
        if chosen is None or one["id"] in chosen
    ]
    return ExportSource(
        project_name=head["project"],
        labels=labels,
        images=_images(snapshot, options, {label.id for label in labels}, told),
        splits=parts(options.splits.by, options.splits.shares or options.splits.lists),
        licence=options.licence,
    )


def _read(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    with default_storage.open(snapshot.file_key, "rb") as file, gzip.open(file) as lines:
        for line in lines:
            yield json.loads(line)


def _images(
    snapshot: Snapshot, options: ExportOptions, labels: Collection[int], told: Told
) -> Iterator[ExportImage]:
    lines = _read(snapshot)
    next(lines)
    divider = Divider(**options.splits.model_dump())
    batch: list[ExportImage] = []
    for number, line in enumerate(lines, start=1):
        if number % BATCH == 0:
            told(number / max(1, snapshot.image_count))
        split = divider.part(name=line["name"], sha256=line["sha256"], held_out=line["held_out"])
        if line["state"] not in options.states or split is None:
            continue
        objects = [_thawed(one) for one in line["objects"] if _is_chosen(one, options, labels)]
        if not objects and not options.empty:
            continue
        batch.append(_image(line, _stacked(objects, options), split))
        if len(batch) == BATCH:
            yield from _with_pictures(batch, options)
            batch.clear()
    yield from _with_pictures(batch, options)


def _is_chosen(values: Mapping[str, Any], options: ExportOptions, labels: Collection[int]) -> bool:
    return (
        values["label"] in labels
        and values["area"] >= options.min_area
        and (options.verdicts is None or values["origin"]["verdict"] in options.verdicts)
    )


def _thawed(values: Mapping[str, Any]) -> ExportAnnotation:
    origin = values["origin"]
    return ExportAnnotation(
        values["id"],
        values["label"],
        values["mask"],
        values["bbox"],
        values["area"],
        attributes=values["attributes"],
        occluded=values["occluded"],
        truncated=values["truncated"],
        crowd=values["crowd"],
        ignore=values["ignore"],
        position=values["position"],
        origin=Origin(**{**origin, "clicks": tuple((x, y, moment) for x, y, moment in origin["clicks"])}),
    )


def _stacked(objects: list[ExportAnnotation], options: ExportOptions) -> list[ExportAnnotation]:
    """Return the objects with the places from back to front that were asked for."""
    if options.overlaps == "front":
        return objects
    order = sorted(objects, key=lambda one: (-one.area, one.position, one.id))
    places = {one.id: place for place, one in enumerate(order)}
    return [replace(one, position=places[one.id]) for one in objects]


def _image(line: Mapping[str, Any], objects: list[ExportAnnotation], split: str) -> ExportImage:
    size = (line["width"], line["height"])
    return ExportImage(
        line["id"], line["name"], line["sha256"], *size, objects, dataset=line["dataset"], split=split
    )


def _with_pictures(batch: Sequence[ExportImage], options: ExportOptions) -> Iterator[ExportImage]:
    """Yield the images with their files or addresses, where these are asked for.

    An image whose row is gone has none any more: its masks are exported all the same.
    """
    if options.images == "none" and not options.crops:
        yield from batch
        return
    rows = Image.objects.in_bulk([image.id for image in batch])
    for image in batch:
        row = rows.get(image.id)
        if row is None:
            yield image
            continue
        picture = _picture(row, options)
        # What the address gives is the image as it is shown.
        link = Link(picture.extension, f"/api/images/{row.pk}/file") if options.images == "links" else None
        yield replace(image, picture=picture, link=link)


def _picture(row: Image, options: ExportOptions) -> Picture:
    original = options.images == "originals"
    media_type = row.media_type if original else row.display_media_type
    key = row.original_key if original else row.display_key
    return Picture(EXTENSIONS.get(media_type, ""), lambda: cast(BinaryIO, default_storage.open(key, "rb")))
