"""YOLO segmentation: a text file an image, a polygon a line, and `data.yaml`.

Source: the data format of Ultralytics, https://docs.ultralytics.com/datasets/segment/.
"""

import json
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from labeling.formats.archive import Archive
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format
from labeling.formats.flat import pixels
from labeling.formats.names import Names
from labeling.formats.outlines import Ring, rings


def write(source: ExportSource, target: BinaryIO) -> Iterator[int]:
    """Write `labels/*.txt` and `data.yaml`; see `base.Exporter`.

    A line is an object: the number of its class from 0 on in the schema's order, then x and y of its polygon
    as shares of width and height, along the edges of pixels. One polygon has to do: holes are filled, and
    parts are joined by lines without width. Crowds and what is to be ignored are left out.
    """
    numbers = {label.id: place for place, label in enumerate(source.labels)}
    names = Names()
    done = 0
    with Archive(target) as archive:
        for done, image in enumerate(source.images, start=1):
            lines = [
                f"{numbers[one.label_id]} {_polygon(one, image)}\n"
                for one in image.annotations
                if not one.crowd and not one.ignore
            ]
            archive.write(f"labels/{names.stem(image.name, image.id)}.txt", "".join(lines))
            yield done
        # JSON is YAML, and needs no rules for quotes.
        listed = {
            "path": ".",
            "train": "images",
            "val": "images",
            "names": [one.name for one in source.labels],
        }
        archive.write("data.yaml", json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
        archive.close_with({"format": "yolo", "project": source.project_name, "images": done})


def _polygon(annotation: ExportAnnotation, image: ExportImage) -> str:
    corners = joined([outer for outer, _ in rings(pixels(annotation, image))])
    return " ".join(f"{_share(x, image.width)} {_share(y, image.height)}" for x, y in corners)


def _share(value: int, whole: int) -> str:
    # Nine digits tell the pixels of any image apart.
    return f"{value / whole:.9f}".rstrip("0").rstrip(".") or "0"


def joined(parts: list[Ring]) -> Ring:
    """Return one line round all parts, which it goes to and comes back from along the same way."""
    line = list(parts[0])
    for part in parts[1:]:
        at, first = _nearest(line, part)
        round_trip = [*part[first:], *part[:first], part[first]]
        line = [*line[: at + 1], *round_trip, *line[at:]]
    return line


def _nearest(line: Ring, part: Ring) -> tuple[int, int]:
    """Return the places of the two corners, one of each, that are nearest to each other."""
    corners = np.asarray(line, np.int64)
    best, places = None, (0, 0)
    for number, corner in enumerate(part):
        distances = ((corners - corner) ** 2).sum(axis=1)
        at = int(distances.argmin())
        if best is None or distances[at] < best:
            best, places = int(distances[at]), (at, number)
    return places


FORMAT = Format(
    name="yolo",
    title="YOLO segmentation",
    loses="Holes, the order from back to front, attributes, crowds and what is to be ignored.",
    write=write,
)
