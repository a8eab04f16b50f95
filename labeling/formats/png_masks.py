"""One black and white PNG an object, and a table that says what each is."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from PIL import Image

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportAnnotation, ExportSource, Format, identity
from labeling.formats.coco import folder_of
from labeling.formats.flat import pixels, png
from labeling.formats.opened import Malformed, Opened
from labeling.formats.pictures import write_picture
from labeling.formats.reading import images_by_stem, kind_of, needed_picture, plain, rows, runs_of
from labeling.formats.records import FLAGS, ReadImage, ReadLabel, ReadObject, Record
from labeling.formats.tables import row

TABLE = "objects.csv"
COLUMNS = (
    *(
        "mask",
        "image",
        "image_name",
        "dataset",
        "image_sha256",
        "split",
        "label",
        "kind",
        "object_id",
        "position",
    ),
    *FLAGS,
)


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `masks/<image>/<object>.png`, 255 where the object is, and `objects.csv`; see `base.Exporter`."""
    labels = {label.id: label for label in source.labels}
    with Waiting() as waiting:
        waiting.add("rows", row(COLUMNS))
        for done, image in enumerate(source.images, start=1):
            write_picture(archive, image, folder_of(image))
            for annotation in image.annotations:
                name = f"masks/{image.stem}/{annotation.id}.png"
                archive.write(name, png(Image.fromarray(pixels(annotation, image))))
                label = labels[annotation.label_id]
                words = [
                    name,
                    image.file_name,
                    *identity(image).values(),
                    image.split,
                    label.name,
                    label.kind,
                ]
                waiting.add("rows", row([*words, *_about(annotation)]))
            yield done
        with archive.open(TABLE) as member:
            waiting.pour("rows", member)


def _about(annotation: ExportAnnotation) -> list[int]:
    return [annotation.id, annotation.position, *(int(getattr(annotation, name)) for name in FLAGS)]


def read(opened: Opened) -> Iterator[Record]:
    """Read `objects.csv` and its masks; see `records.Reader`. `images.csv` has those without objects."""
    yield from images_by_stem(opened)
    yield from rows(opened, TABLE, ("mask", "image", "label"), partial(_read_object, opened))


def _read_object(opened: Opened, said: Mapping[str, str], entry: str) -> Iterator[Record]:
    mask, label = said["mask"], plain(said["label"], "“label”")
    yield ReadLabel(label, label, kind_of(said.get("kind")))
    # The folder of a mask is called as its image.
    stem = mask.split("/")[-2] if mask.count("/") > 1 else said["image"]
    name = said.get("image_name") or said["image"]
    yield ReadImage(stem, name, entry, said.get("dataset", ""), said.get("image_sha256", ""), stem)
    found = needed_picture(opened, mask) != 0
    if not found.any():
        raise Malformed(f"has an empty mask “{mask}”")
    position = said.get("position", "0")
    if not re.fullmatch(r"-?\d{1,18}", position):
        raise Malformed(f"has “{position}” as position, which is no whole number")
    flags = {name: said.get(name) == "1" for name in FLAGS}
    runs = runs_of(found, (0, 0), (found.shape[0], found.shape[1]))
    yield ReadObject(stem, label, entry, runs, order=float(position), attributes={}, **flags)


FORMAT = Format(
    name="png_masks",
    title="One PNG an object",
    loses="Attributes; nothing of masks, overlaps, order and flags.",
    write=write,
    read=read,
    signs=(r"objects\.csv",),
)
