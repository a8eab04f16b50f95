"""One black and white PNG an object, and a table that says what each is."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from tempfile import TemporaryFile
from typing import BinaryIO, TextIO

from PIL import Image

from labeling.formats.archive import Archive
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format
from labeling.formats.flat import pixels
from labeling.formats.names import Names

COLUMNS = (
    *("mask", "image", "image_sha256", "label", "kind", "object_id", "position"),
    *("occluded", "truncated", "crowd", "ignore"),
)
# A table that opens with one of these is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(source: ExportSource, target: BinaryIO) -> Iterator[int]:
    """Write `masks/<image>/<object>.png`, 255 where the object is, and `objects.csv`; see `base.Exporter`."""
    labels = {label.id: label for label in source.labels}
    names = Names()
    done = count = 0
    with Archive(target) as archive, TemporaryFile("w+", encoding="utf-8", newline="") as table:
        csv.writer(table).writerow(COLUMNS)
        for done, image in enumerate(source.images, start=1):
            stem = names.stem(image.name, image.id)
            for annotation in image.annotations:
                name = f"masks/{stem}/{annotation.id}.png"
                archive.write(name, _png(annotation, image))
                label = labels[annotation.label_id]
                _row(table, [name, image.name, image.sha256, label.name, label.kind], annotation)
                count += 1
            yield done
        table.seek(0)
        with archive.open("objects.csv") as member:
            while block := table.read(1 << 20):
                member.write(block.encode())
        archive.close_with(
            {"format": "png_masks", "project": source.project_name, "images": done, "objects": count}
        )


def _png(annotation: ExportAnnotation, image: ExportImage) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels(annotation, image)).save(out, "PNG", compress_level=6)
    return out.getvalue()


def _row(table: TextIO, words: list[str], annotation: ExportAnnotation) -> None:
    flags = (annotation.occluded, annotation.truncated, annotation.crowd, annotation.ignore)
    line = StringIO(newline="")
    # People open tables in spreadsheets, which take some words for formulas.
    shown = [f"'{word}" if word.startswith(FORMULA) else word for word in words]
    csv.writer(line).writerow([*shown, annotation.id, annotation.position, *map(int, flags)])
    table.write(line.getvalue())


FORMAT = Format(
    name="png_masks",
    title="One PNG an object",
    loses="Attributes; nothing of masks, overlaps, order and flags.",
    write=write,
)
