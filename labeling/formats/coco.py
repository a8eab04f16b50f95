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
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format

MEMBER = "annotations/instances.json"


def write(source: ExportSource, target: BinaryIO) -> Iterator[int]:
    """Write the archive to `target`; see `base.Exporter`.

    Both lists grow at once while a JSON file is one list after the other, so annotations wait in a
    temporary file: memory stays bounded by one image.
    """
    # A fixed time stamp: the same content gives the same bytes.
    info = ZipInfo(MEMBER, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with (
        TemporaryFile("w+", encoding="utf-8") as waiting,
        ZipFile(target, "w") as archive,
        archive.open(info, "w", force_zip64=True) as member,
        TextIOWrapper(member, encoding="utf-8") as out,
    ):
        out.write('{"info":' + _json({"description": source.project_name, "version": "1.0"}))
        out.write(',"licenses":[],"categories":' + _json(_categories(source)) + ',"images":[')
        yield from _images(source, out=out, waiting=waiting)
        out.write('],"annotations":[')
        waiting.seek(0)
        while block := waiting.read(1 << 20):
            out.write(block)
        out.write("]}")


def _images(source: ExportSource, *, out: TextIO, waiting: TextIO) -> Iterator[int]:
    first = True
    for number, image in enumerate(source.images, start=1):
        out.write(("" if number == 1 else ",") + _json(_image(image)))
        for annotation in image.annotations:
            waiting.write(("" if first else ",") + _json(_annotation(annotation, image)))
            first = False
        yield number


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _categories(source: ExportSource) -> list[dict[str, object]]:
    return [{"id": label.id, "name": label.name, "supercategory": label.kind} for label in source.labels]


def _image(image: ExportImage) -> dict[str, object]:
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
