"""One black and white PNG an object, and a table that says what each is."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from PIL import Image

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportAnnotation, ExportSource, Format
from labeling.formats.coco import folder_of
from labeling.formats.flat import pixels, png
from labeling.formats.pictures import write_picture

COLUMNS = (
    *("mask", "image", "image_sha256", "split", "label", "kind", "object_id", "position"),
    *("occluded", "truncated", "crowd", "ignore"),
)
# A table that opens with one of these is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `masks/<image>/<object>.png`, 255 where the object is, and `objects.csv`; see `base.Exporter`."""
    labels = {label.id: label for label in source.labels}
    with Waiting() as waiting:
        waiting.add("rows", _line(COLUMNS))
        for done, image in enumerate(source.images, start=1):
            write_picture(archive, image, folder_of(image))
            for annotation in image.annotations:
                name = f"masks/{image.stem}/{annotation.id}.png"
                archive.write(name, png(Image.fromarray(pixels(annotation, image))))
                label = labels[annotation.label_id]
                words = [name, image.file_name, image.sha256, image.split, label.name, label.kind]
                waiting.add("rows", _row(words, annotation))
            yield done
        with archive.open("objects.csv") as member:
            waiting.pour("rows", member)


def _row(words: list[str], annotation: ExportAnnotation) -> str:
    flags = (annotation.occluded, annotation.truncated, annotation.crowd, annotation.ignore)
    # People open tables in spreadsheets, which take some words for formulas.
    shown = [f"'{word}" if word.startswith(FORMULA) else word for word in words]
    return _line([*shown, annotation.id, annotation.position, *map(int, flags)])


def _line(cells: Iterable[object]) -> str:
    line = StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()


FORMAT = Format(
    name="png_masks",
    title="One PNG an object",
    loses="Attributes; nothing of masks, overlaps, order and flags.",
    write=write,
)
