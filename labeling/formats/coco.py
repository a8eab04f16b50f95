"""COCO instances: `annotations/instances.json` with compressed run-length masks, or with polygons.

Source: the COCO data format, https://cocodataset.org/#format-data. What it has no field for stands below
`attributes`, where readers of COCO files look for it: the flags occluded and truncated, and the labels' own
attributes by name, none of which is called like a flag.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from pycocotools import mask as codec

from labeling.domain import masks
from labeling.domain.images import MAX_SIDE
from labeling.formats.archive import MANIFEST, Archive, Waiting
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format, identity
from labeling.formats.flat import pixels
from labeling.formats.json_lists import entries
from labeling.formats.opened import Malformed, Opened
from labeling.formats.outlines import rings
from labeling.formats.pictures import write_picture
from labeling.formats.reading import answers, flag, guarded, kind_of, mapping, named_image, ring, text, whole
from labeling.formats.records import Outline, Problem, ReadLabel, ReadObject, Record, Runs, Shape

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
        **identity(image),
        **({"coco_url": image.link.path} if image.link else {}),
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


# What an entry of a list is read with: its document's name, its place, and itself.
EntryReader: TypeAlias = Callable[[str, str, dict[str, Any]], Iterator[Record]]


def read(opened: Opened) -> Iterator[Record]:
    """Read every document of instances, polygons and run lengths of any kind; see `records.Reader`."""
    lists = {"categories": read_category, "images": read_image, "annotations": _read_annotation}
    yield from read_documents(opened, "instances", lists)


def read_documents(opened: Opened, what: str, lists: Mapping[str, EntryReader]) -> Iterator[Record]:
    """Read the documents called `what`, or all where none is called so, entry by entry."""
    names = [found[0] for found in opened.find(rf"(?:.*/)?{what}[^/]*\.json")]
    for name in names or [found[0] for found in opened.find(r".*\.json") if found[0] != MANIFEST]:
        try:
            for listed, place, value in entries(opened, name, lists):
                entry = f"{name}, {listed}[{place}]"
                yield from guarded(entry, _entry, lists[listed], name, entry, value)
        except Malformed as error:
            yield Problem(name, f"{error}.")


def _entry(read_entry: EntryReader, name: str, entry: str, value: object) -> Iterator[Record]:
    return read_entry(name, entry, mapping(value))


def read_category(name: str, entry: str, value: dict[str, Any]) -> Iterator[Record]:
    """Read what is said of a label."""
    kind = kind_of(value.get("supercategory"))
    if value.get("isthing") in (0, 1):
        kind = "thing" if value["isthing"] else "stuff"
    yield ReadLabel(key_in(name, value, "id"), text(value, "name"), kind)


def read_image(name: str, entry: str, value: dict[str, Any]) -> Iterator[Record]:
    """Read what is said of an image."""
    yield named_image(value, key_in(name, value, "id"), text(value, "file_name"), entry)


def key_in(name: str, value: dict[str, Any], field: str) -> str:
    """Return a key for a number: two documents of an archive may mean different things by it."""
    return f"{name}#{whole(value, field)}"


def _read_annotation(name: str, entry: str, value: dict[str, Any]) -> Iterator[Record]:
    said = answers(value.get("attributes"))
    yield ReadObject(
        key_in(name, value, "image_id"),
        key_in(name, value, "category_id"),
        entry,
        read_segmentation(value.get("segmentation")),
        occluded=bool(said.pop("occluded", False)),
        truncated=bool(said.pop("truncated", False)),
        crowd=flag(value, "iscrowd"),
        ignore=flag(value, "ignore"),
        attributes=said,
    )


def read_segmentation(value: object) -> Shape:
    """Return a mask of polygons or run lengths. Raises `Malformed`."""
    if isinstance(value, list) and value:
        return Outline(tuple(ring(one, "a polygon of its segmentation") for one in value), rule="coco")
    if not isinstance(value, dict):
        raise Malformed("has no segmentation; a box alone is no mask")
    return read_runs(value)


def read_runs(value: Mapping[str, Any]) -> Runs:
    """Return a mask of run lengths, compressed or not. Raises `Malformed`."""
    size, counts = value.get("size"), value.get("counts")
    if not isinstance(size, list) or [type(side) for side in size] != [int, int]:
        raise Malformed("has run lengths without a size of height and width")
    if not all(0 < side <= MAX_SIDE for side in size):
        raise Malformed("has run lengths of a size that no image has")
    if isinstance(counts, str):
        return Runs(size[0], size[1], counts)
    try:
        lengths = counts if isinstance(counts, list) else []
        return Runs(size[0], size[1], masks.from_runs(lengths, (size[0], size[1])).counts)
    except masks.MaskInvalid as error:
        raise Malformed(f"has run lengths that are none. {error.message.rstrip('.')}") from error


FORMAT = Format(
    name="coco",
    title="COCO instances",
    loses="Nothing of masks, overlaps, attributes and flags; the order from back to front.",
    write=partial(write, segmentation=run_lengths),
    read=read,
    signs=(r"annotations/instances[^/]*\.json",),
)

POLYGONS = Format(
    name="coco_polygons",
    title="COCO instances, polygons",
    loses="The order from back to front. Masks with holes, crowds, and what polygons would say less exactly "
    "than by the pixel are run lengths, as COCO allows.",
    write=partial(write, segmentation=polygons),
    read=read,
)
