"""COCO panoptic: a PNG an image whose colours are the numbers of its segments, and one JSON about them.

Source: the COCO data format, https://cocodataset.org/#format-data, 4. Panoptic Segmentation.
"""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format
from labeling.formats.coco import (
    as_json,
    category_entries,
    folder_of,
    image_entry,
    member_of,
    write_documents,
)
from labeling.formats.flat import flattened, from_back_to_front, png, regions
from labeling.formats.pictures import write_picture


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


FORMAT = Format(
    name="coco_panoptic",
    title="COCO panoptic",
    loses="What lies behind other objects, attributes, and flags but crowds; "
    "stuff of one label is one segment.",
    write=write,
)
