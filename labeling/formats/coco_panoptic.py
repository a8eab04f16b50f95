"""COCO panoptic: a PNG an image whose colours are the numbers of its segments, and one JSON about them.

Source: the COCO data format, https://cocodataset.org/#format-data, 4. Panoptic Segmentation.
"""

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from tempfile import TemporaryFile
from typing import BinaryIO

import numpy as np
from PIL import Image

from labeling.formats.archive import Archive
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format
from labeling.formats.coco import as_json, category_entries, image_entry
from labeling.formats.flat import flattened, from_back_to_front
from labeling.formats.names import Names

FOLDER, MEMBER = "panoptic", "annotations/panoptic.json"


def write(source: ExportSource, target: BinaryIO) -> Iterator[int]:
    """Write `panoptic/*.png` and `annotations/panoptic.json`; see `base.Exporter`.

    A segment's number is red + 256 green + 65536 blue, and counts within its image from 1 on; 0 is nothing.
    A thing is a segment, all stuff of one label is one. Where objects overlap the one in front is seen; what
    nothing is seen of is no segment. What is to be ignored is not painted.
    """
    things = {label.id: label.kind == "thing" for label in source.labels}
    names = Names()
    done = 0
    with (
        Archive(target) as archive,
        TemporaryFile("w+", encoding="utf-8") as pictures,
        TemporaryFile("w+", encoding="utf-8") as listed,
    ):
        for done, image in enumerate(source.images, start=1):
            stem = names.stem(image.name, image.id)
            numbers, segments = _segments(image, things)
            archive.write(f"{FOLDER}/{stem}.png", _png(numbers))
            entry = {"image_id": image.id, "file_name": f"{stem}.png", "segments_info": segments}
            comma = "" if done == 1 else ","
            listed.write(comma + as_json(entry))
            pictures.write(comma + as_json(image_entry(image)))
            yield done
        with archive.open(MEMBER) as member, TextIOWrapper(member, encoding="utf-8") as out:
            out.write('{"info":' + as_json({"description": source.project_name, "version": "1.0"}))
            out.write(',"licenses":[],"categories":' + as_json(_categories(source)))
            for name, waiting in (("images", pictures), ("annotations", listed)):
                out.write(f',"{name}":[')
                waiting.seek(0)
                while block := waiting.read(1 << 20):
                    out.write(block)
                out.write("]")
            out.write("}")
        archive.close_with({"format": "coco_panoptic", "project": source.project_name, "images": done})


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
    segments = []
    for number, one in first.items():
        seen = found == number
        if seen.any():
            segments.append(_segment(number, seen, one, thing=things[one.label_id]))
    return found, segments


def _segment(number: int, seen: np.ndarray, one: ExportAnnotation, *, thing: bool) -> dict[str, object]:
    ys, xs = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    box = [int(xs[0]), int(ys[0]), int(xs[-1] - xs[0]) + 1, int(ys[-1] - ys[0]) + 1]
    return {
        "id": number,
        "category_id": one.label_id,
        "area": int(seen.sum()),
        "bbox": box,
        "iscrowd": int(one.crowd and thing),
    }


def _png(numbers: np.ndarray) -> bytes:
    channels = np.stack([numbers >> shift & 255 for shift in (0, 8, 16)], axis=-1)
    out = BytesIO()
    Image.fromarray(channels.astype(np.uint8)).save(out, "PNG", compress_level=6)
    return out.getvalue()


FORMAT = Format(
    name="coco_panoptic",
    title="COCO panoptic",
    loses="What lies behind other objects, attributes, and flags but crowds; "
    "stuff of one label is one segment.",
    write=write,
)
