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
from labeling.formats.opened import Malformed, Opened
from labeling.formats.pictures import write_picture
from labeling.formats.png_semantic import read_classes
from labeling.formats.reading import guarded, images_by_stem, labels_of_manifest, plain
from labeling.formats.records import Problem, ReadImage, ReadLabel, Record

LIST = "objectInfo.txt"
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
    archive.write_lines(LIST, _listed(source.labels, pixels, occurs))


def _listed(
    labels: list[ExportLabel], pixels: Counter[int], occurs: dict[str, Counter[int]]
) -> Iterator[str]:
    yield "Idx\tRatio\tTrain\tVal\tStuff\tName"
    whole = sum(pixels.values()) or 1
    for place, label in enumerate(labels, start=1):
        seen = [occurs[part][place] for part in ("training", "validation")]
        stuff = int(label.kind == "stuff")
        yield "\t".join(map(str, [place, f"{pixels[place] / whole:.6f}", *seen, stuff, one_line(label.name)]))


def read(opened: Opened) -> Iterator[Record]:
    """Read every map; see `records.Reader`. All pixels of a class are one object."""
    yield from images_by_stem(opened)
    try:
        labels = labels_of_manifest(opened) or _labels(opened)
    except Malformed as error:
        yield Problem(LIST, f"{error}.")
        return
    yield from labels
    keys = {number: label.key for number, label in enumerate(labels, start=1)}
    for found in opened.find(r"(?:.*/)?annotations/(?:.*/)?([^/]+)\.png"):
        yield ReadImage(found[1], found[1], found[0], file=found[1])
        yield from guarded(found[0], read_classes, opened, found[0], found[1], keys)


def _labels(opened: Opened) -> list[ReadLabel]:
    name = next((found[0] for found in opened.find(r"(?:.*/)?objectInfo[^/]*\.txt")), LIST)
    head, *lines = opened.read(name, 1 << 24).decode("utf-8-sig", "replace").splitlines() or [""]
    columns = head.split("\t")
    if "Name" not in columns:
        raise Malformed("has no column “Name” in line 1")
    found = []
    for number, line in enumerate(lines, start=2):
        words = line.split("\t")
        if len(words) != len(columns):
            raise Malformed(f"has another number of columns in line {number} than in the first one")
        said = dict(zip(columns, words, strict=True))
        name = plain(said["Name"].strip(), "a label's name")
        found.append(ReadLabel(name, name, "stuff" if said.get("Stuff", "").strip() == "1" else "thing"))
    return found


FORMAT = Format(
    name="ade",
    title="ADE-style 16-bit",
    loses="Which object a pixel belongs to, what lies behind other objects, attributes and flags.",
    write=write,
    read=read,
    signs=(r"objectInfo.*\.txt",),
)
