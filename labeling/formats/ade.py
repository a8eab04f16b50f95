"""ADE-style semantic maps: two bytes a pixel, and a list of classes that tools of that data set read.

Source: the scene parsing benchmark, https://github.com/CSAILVision/sceneparsing, objectInfo150.txt.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from labeling.formats.archive import Archive
from labeling.formats.base import ExportLabel, ExportSource, Format
from labeling.formats.card import one_line
from labeling.formats.flat import flattened, from_back_to_front, indexed_png
from labeling.formats.pictures import write_picture

FOLDERS = {"": "training", "train": "training", "val": "validation", "test": "testing"}


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `annotations/<part>/*.png`, `images/<part>/*` and `objectInfo.txt`; see `base.Exporter`.

    0 is what has no label, and the labels follow from 1 on in the schema's order. Where objects overlap the
    one in front is seen. What is to be ignored is not painted.
    """
    numbers = {label.id: place for place, label in enumerate(source.labels, start=1)}
    pixels: Counter[int] = Counter()
    occurs: dict[str, Counter[int]] = {"training": Counter(), "validation": Counter()}
    for done, image in enumerate(source.images, start=1):
        folder = FOLDERS[image.split]
        painted = [(one, numbers[one.label_id]) for one in from_back_to_front(image)]
        found = flattened(image, painted, np.uint16)
        for value, count in zip(*np.unique(found, return_counts=True), strict=True):
            pixels[int(value)] += int(count)
            occurs.get(folder, Counter())[int(value)] += 1
        archive.write(f"annotations/{folder}/{image.stem}.png", indexed_png(found, []))
        write_picture(archive, image, f"images/{folder}")
        yield done
    archive.write_lines("objectInfo.txt", _listed(source.labels, pixels, occurs))


def _listed(
    labels: list[ExportLabel], pixels: Counter[int], occurs: dict[str, Counter[int]]
) -> Iterator[str]:
    yield "Idx\tRatio\tTrain\tVal\tStuff\tName"
    whole = sum(pixels.values()) or 1
    for place, label in enumerate(labels, start=1):
        seen = [occurs[part][place] for part in ("training", "validation")]
        stuff = int(label.kind == "stuff")
        yield "\t".join(map(str, [place, f"{pixels[place] / whole:.6f}", *seen, stuff, one_line(label.name)]))


FORMAT = Format(
    name="ade",
    title="ADE-style 16-bit",
    loses="Which object a pixel belongs to, what lies behind other objects, attributes and flags.",
    write=write,
)
