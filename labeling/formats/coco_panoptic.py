"""COCO panoptic: a PNG an image whose colours are the numbers of its segments, and one JSON about them.

Source: the COCO data format, https://cocodataset.org/#format-data, 4. Panoptic Segmentation.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format
from labeling.formats.coco import (
    EntryReader,
    as_json,
    category_entries,
    folder_of,
    image_entry,
    key_in,
    member_of,
    read_category,
    read_documents,
    read_image,
    write_documents,
)
from labeling.formats.flat import flattened, from_back_to_front, png, regions
from labeling.formats.opened import Malformed, Opened
from labeling.formats.pictures import write_picture
from labeling.formats.reading import flag, guarded, listed, mapping, masks_of, needed_picture, text, whole
from labeling.formats.records import ReadObject, Record, Runs


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `panoptic/*.png` and `annotations/panoptic.json`, or one a split; see `base.Exporter`.

    A segment's number is red + 256 green + 65536 blue, and counts within its image from 1 on; 0 is nothing.
    A thing is a segment, all stuff of one label is one. Where objects overlap the one in front is seen; what
    nothing is seen of is no segment. What is to be ignored is not painted.
    """
    things = {label.id: label.kind == "thing" for label in source.labels}
    with Waiting() as waiting:
        for done, image in enumerate(source.images, start=1):
            numbers, segments = _segments(image, things)
            folder = member_of("panoptic", image.split).removeprefix("annotations/").removesuffix(".json")
            archive.write(f"{folder}/{image.stem}.png", _png(numbers))
            write_picture(archive, image, folder_of(image))
            entry = {"image_id": image.id, "file_name": f"{image.stem}.png", "segments_info": segments}
            waiting.add(f"annotations {image.split}", as_json(entry), ",")
            waiting.add(f"images {image.split}", as_json(image_entry(image)), ",")
            yield done
        write_documents(source, archive, waiting, what="panoptic", categories=_categories(source))


def _categories(source: ExportSource) -> list[dict[str, object]]:
    return [
        {
            **entry,
            "isthing": int(label.kind == "thing"),
            "color": list(bytes.fromhex(label.color[1:])),
        }
        for label, entry in zip(source.labels, category_entries(source), strict=True)
    ]


def _segments(image: ExportImage, things: dict[int, bool]) -> tuple[np.ndarray, list[dict[str, object]]]:
    """Return the number of each pixel's segment, (H, W), and what is said of the segments that are seen."""
    drawn = from_back_to_front(image)
    keys: dict[tuple[str, int], int] = {}
    first: dict[int, ExportAnnotation] = {}
    numbered = []
    for one in drawn:
        key = ("thing", one.id) if things[one.label_id] else ("stuff", one.label_id)
        number = keys.setdefault(key, len(keys) + 1)
        first.setdefault(number, one)
        numbered.append((one, number))
    found = flattened(image, numbered, np.uint32)
    segments: list[dict[str, object]] = [
        {
            "id": number,
            "category_id": first[number].label_id,
            "area": area,
            "bbox": box,
            "iscrowd": int(first[number].crowd and things[first[number].label_id]),
        }
        for number, area, box in regions(found)
    ]
    return found, segments


def _png(numbers: np.ndarray) -> bytes:
    channels = np.stack([numbers >> shift & 255 for shift in (0, 8, 16)], axis=-1)
    return png(Image.fromarray(channels.astype(np.uint8)))


def read(opened: Opened) -> Iterator[Record]:
    """Read the documents and the PNGs in a folder of each document's name; see `records.Reader`."""
    # Some archives have this folder beside the document, and some beside the document's.
    folders = {found[1] for found in opened.find(r"((?:.*/)?[^/]+)/[^/]+\.png")}
    lists: dict[str, EntryReader] = {
        "categories": read_category,
        "images": read_image,
        "annotations": partial(_read_annotation, opened, folders),
    }
    yield from read_documents(opened, "panoptic", lists)


def _read_annotation(
    opened: Opened, folders: set[str], name: str, entry: str, value: dict[str, Any]
) -> Iterator[Record]:
    document = name.rpartition("/")[2].removesuffix(".json")
    folder = next((one for one in sorted(folders) if one.rpartition("/")[2] == document), document)
    place = f"{folder}/{text(value, 'file_name')}"
    rgb = needed_picture(opened, place, one_channel=False).astype(np.uint32)
    found = dict(masks_of(rgb[..., 0] + (rgb[..., 1] << 8) + (rgb[..., 2] << 16)))
    for number, segment in enumerate(listed(value, "segments_info")):
        there = f"{entry}.segments_info[{number}]"
        yield from guarded(there, _read_segment, name, there, value, segment, found)


def _read_segment(
    name: str, entry: str, value: dict[str, Any], segment: object, found: dict[int, Runs]
) -> Iterator[Record]:
    said = mapping(segment)
    runs = found.get(whole(said, "id"))
    if runs is None:
        raise Malformed(f"has no pixel of its number {said['id']} in the picture")
    keys = key_in(name, value, "image_id"), key_in(name, said, "category_id")
    yield ReadObject(*keys, entry, runs, crowd=flag(said, "iscrowd"))


FORMAT = Format(
    name="coco_panoptic",
    title="COCO panoptic",
    loses="What lies behind other objects, attributes, and flags but crowds; "
    "stuff of one label is one segment.",
    write=write,
    read=read,
    signs=(r"annotations/panoptic[^/]*\.json",),
)
