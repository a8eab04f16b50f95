"""COCO instances: `annotations/instances.json` with compressed run-length masks.

Source: the COCO data format, https://cocodataset.org/#format-data. What it has no field for stands below
`attributes`, where readers of COCO files look for it: the flags occluded and truncated, and the labels' own
attributes by name, none of which is called like a flag.
"""

import json
from collections.abc import Iterator
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import BinaryIO, TextIO

from labeling.formats.archive import Archive
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format

MEMBER = "annotations/instances.json"


def write(source: ExportSource, target: BinaryIO) -> Iterator[int]:
    """Write the archive to `target`; see `base.Exporter`.

    Both lists grow at once while a JSON file is one list after the other, so annotations wait in a
    temporary file: memory stays bounded by one image.
    """
    counted = {"images": 0}
    with Archive(target) as archive:
        with (
            TemporaryFile("w+", encoding="utf-8") as waiting,
            archive.open(MEMBER) as member,
            TextIOWrapper(member, encoding="utf-8") as out,
        ):
            for counted["images"] in _document(source, out=out, waiting=waiting):
                yield counted["images"]
        archive.close_with({"format": "coco", "project": source.project_name, **counted})


def _document(source: ExportSource, *, out: TextIO, waiting: TextIO) -> Iterator[int]:
    out.write('{"info":' + as_json({"description": source.project_name, "version": "1.0"}))
    out.write(',"licenses":[],"categories":' + as_json(category_entries(source)) + ',"images":[')
    yield from _images(source, out=out, waiting=waiting)
    out.write('],"annotations":[')
    waiting.seek(0)
    while block := waiting.read(1 << 20):
        out.write(block)
    out.write("]}")


def _images(source: ExportSource, *, out: TextIO, waiting: TextIO) -> Iterator[int]:
    first = True
    for number, image in enumerate(source.images, start=1):
        out.write(("" if number == 1 else ",") + as_json(image_entry(image)))
        for annotation in image.annotations:
            waiting.write(("" if first else ",") + as_json(_annotation(annotation, image)))
            first = False
        yield number


def as_json(value: object) -> str:
    """Return JSON as these files have it: short, and in any script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def category_entries(source: ExportSource) -> list[dict[str, object]]:
    """Return what is said of each label."""
    return [{"id": label.id, "name": label.name, "supercategory": label.kind} for label in source.labels]


def image_entry(image: ExportImage) -> dict[str, object]:
    """Return what is said of an image."""
    return {
        "id": image.id,
        "file_name": image.name,
        "width": image.width,
        "height": image.height,
        "sha256": image.sha256,
    }


def _annotation(annotation: ExportAnnotation, image: ExportImage) -> dict[str, object]:
    return {
        "id": annotation.id,
        "image_id": image.id,
        "category_id": annotation.label_id,
        "segmentation": {"size": [image.height, image.width], "counts": annotation.mask_counts},
        "bbox": annotation.bbox,
        "area": annotation.area,
        "iscrowd": int(annotation.crowd),
        "ignore": int(annotation.ignore),
        "attributes": {
            "occluded": annotation.occluded,
            "truncated": annotation.truncated,
            **annotation.attributes,
        },
    }


FORMAT = Format(
    name="coco",
    title="COCO instances",
    loses="Nothing of masks, overlaps, attributes and flags; the order from back to front, clicks and times.",
    write=write,
)
