"""COCO instances: `annotations/instances.json` with compressed run-length masks, or with polygons.

Source: the COCO data format, https://cocodataset.org/#format-data. What it has no field for stands below
`attributes`, where readers of COCO files look for it: the flags occluded and truncated, and the labels' own
attributes by name, none of which is called like a flag.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from pycocotools import mask as codec

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format
from labeling.formats.flat import pixels
from labeling.formats.outlines import rings
from labeling.formats.pictures import write_picture

Segmentation = Callable[[ExportAnnotation, ExportImage], object]


def write(source: ExportSource, archive: Archive, *, segmentation: Segmentation) -> Iterator[int]:
    """Write one document a split; see `base.Exporter`.

    The lists of images and of annotations grow at once while a JSON file is one list after the other: both
    wait in temporary files, and memory stays bounded by one image.
    """
    with Waiting() as waiting:
        for done, image in enumerate(source.images, start=1):
            write_picture(archive, image, folder_of(image))
            waiting.add(f"images {image.split}", as_json(image_entry(image)), ",")
            for annotation in image.annotations:
                entry = _annotation(annotation, image, segmentation(annotation, image))
                waiting.add(f"annotations {image.split}", as_json(entry), ",")
            yield done
        write_documents(source, archive, waiting, what="instances", categories=category_entries(source))


def write_documents(
    source: ExportSource,
    archive: Archive,
    waiting: Waiting,
    *,
    what: str,
    categories: list[dict[str, object]],
) -> None:
    """Write a document a split from the entries that wait as "images <split>" and "annotations <split>"."""
    for split in source.splits:
        with archive.open(member_of(what, split)) as out:
            out.write((head(source) + ',"categories":' + as_json(categories)).encode())
            for name in ("images", "annotations"):
                out.write(f',"{name}":['.encode())
                waiting.pour(f"{name} {split}", out)
                out.write(b"]")
            out.write(b"}")


def run_lengths(annotation: ExportAnnotation, image: ExportImage) -> object:
    """Return a mask as COCO's compressed run lengths."""
    return {"size": [image.height, image.width], "counts": annotation.mask_counts}


def polygons(annotation: ExportAnnotation, image: ExportImage) -> object:
    """Return a mask as polygons; as run lengths where it has holes, which COCO's polygons cannot have.

    Readers round: polygons are written only where the reference reader makes the same mask of them.
    """
    mask = pixels(annotation, image)
    parts = rings(mask)
    if annotation.crowd or any(holes for _, holes in parts):
        return run_lengths(annotation, image)
    flat = [[float(value) for corner in outer for value in corner] for outer, _ in parts]
    read = codec.decode(codec.merge(codec.frPyObjects(flat, image.height, image.width)))
    return flat if np.array_equal(read, mask) else run_lengths(annotation, image)


def as_json(value: object) -> str:
    """Return JSON as these files have it: short, and in any script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def member_of(what: str, split: str) -> str:
    """Return the name of a split's document."""
    return f"annotations/{what}_{split}.json" if split else f"annotations/{what}.json"


def folder_of(image: ExportImage) -> str:
    """Return the folder of an image's file."""
    return f"images/{image.split}" if image.split else "images"


def head(source: ExportSource) -> str:
    """Return how a document begins."""
    licences = [{"id": 1, "name": source.licence, "url": ""}] if source.licence else []
    info = as_json({"description": source.project_name, "version": "1.0"})
    return '{"info":' + info + ',"licenses":' + as_json(licences)


def category_entries(source: ExportSource) -> list[dict[str, object]]:
    """Return what is said of each label."""
    return [{"id": label.id, "name": label.name, "supercategory": label.kind} for label in source.labels]


def image_entry(image: ExportImage) -> dict[str, object]:
    """Return what is said of an image."""
    return {
        "id": image.id,
        "file_name": image.file_name,
        "width": image.width,
        "height": image.height,
        "name": image.name,
        "sha256": image.sha256,
    }


def _annotation(annotation: ExportAnnotation, image: ExportImage, segmentation: object) -> dict[str, object]:
    return {
        "id": annotation.id,
        "image_id": image.id,
        "category_id": annotation.label_id,
        "segmentation": segmentation,
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
    loses="Nothing of masks, overlaps, attributes and flags; the order from back to front.",
    write=partial(write, segmentation=run_lengths),
)

POLYGONS = Format(
    name="coco_polygons",
    title="COCO instances, polygons",
    loses="The order from back to front. Masks with holes, crowds, and what polygons would say less exactly "
    "than by the pixel are run lengths, as COCO allows.",
    write=partial(write, segmentation=polygons),
)
