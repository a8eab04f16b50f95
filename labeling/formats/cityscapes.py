"""Cityscapes' gtFine folders: maps of instances, labels, training labels and colours, and polygons.

Source: the Cityscapes scripts, https://github.com/mcordts/cityscapesScripts, README, data set structure.
"""

import json
from collections import Counter
from collections.abc import Iterator

import numpy as np
from PIL import Image

from labeling.formats.archive import Archive
from labeling.formats.base import (
    ExportAnnotation,
    ExportImage,
    ExportLabel,
    ExportSource,
    Format,
    FormatRefused,
)
from labeling.formats.flat import VOID, flattened, from_back_to_front, pixels, png
from labeling.formats.outlines import rings
from labeling.formats.pictures import write_picture

CITY, SPLIT = "cardinal", "train"
# An instance is its label times a thousand and a number below that, and two bytes have to hold it.
PER_LABEL, MOST = 1000, 64


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `gtFine/<split>/cardinal/*`, `leftImg8bit/<split>/cardinal/*` and `labels.json`.

    See `base.Exporter`. 0 is unlabelled, and the labels follow from 1 on in the schema's order; training
    labels count from 0 on, with 255 for what is not labelled. Things that are no crowd are instances. Where
    objects overlap the one in front is seen; of more than a thousand objects of one label in an image those
    farthest back have no number of their own. Raises `FormatRefused` for more labels than two bytes hold.
    """
    if len(source.labels) > MOST:
        raise FormatRefused(
            f"Cityscapes has room for {MOST} labels and this project has {len(source.labels)}. "
            "Choose another format, or fewer labels."
        )
    numbers = {label.id: place for place, label in enumerate(source.labels, start=1)}
    labels = {label.id: label for label in source.labels}
    for done, image in enumerate(source.images, start=1):
        # The scripts take a name apart: city, sequence, frame.
        stem = f"{CITY}_{done:06d}_000000"
        split = image.split or SPLIT
        folder = f"gtFine/{split}/{CITY}/{stem}_gtFine"
        drawn = from_back_to_front(image)
        found = flattened(image, [(one, numbers[one.label_id]) for one in drawn], np.uint8)
        archive.write(f"{folder}_labelIds.png", _grey(found))
        archive.write(f"{folder}_labelTrainIds.png", _grey(np.where(found == 0, VOID, found - 1)))
        archive.write(f"{folder}_instanceIds.png", _grey16(_instances(image, drawn, numbers, labels)))
        archive.write(f"{folder}_color.png", _coloured(found, source.labels))
        archive.write(f"{folder}_polygons.json", _polygons(image, drawn, labels))
        write_picture(archive, image, f"leftImg8bit/{split}/{CITY}", f"{stem}_leftImg8bit")
        yield done
    archive.write("labels.json", json.dumps(_listed(source.labels), ensure_ascii=False, indent=1) + "\n")


def _listed(labels: list[ExportLabel]) -> list[dict[str, object]]:
    nothing = {"name": "unlabeled", "id": 0, "trainId": VOID, "hasInstances": False, "color": [0, 0, 0]}
    return [
        nothing,
        *(
            {
                "name": label.name,
                "id": place,
                "trainId": place - 1,
                "hasInstances": label.kind == "thing",
                "color": list(bytes.fromhex(label.color[1:])),
            }
            for place, label in enumerate(labels, start=1)
        ),
    ]


def _instances(
    image: ExportImage,
    drawn: list[ExportAnnotation],
    numbers: dict[int, int],
    labels: dict[int, ExportLabel],
) -> np.ndarray:
    """Return a map, (H, W) uint16: 1000 times the label and a number for things, the label for the rest."""
    counted: Counter[int] = Counter()
    values = {}
    # The nearest ones get a number of their own.
    for one in reversed(drawn):
        values[one.id] = label = numbers[one.label_id]
        if labels[one.label_id].kind == "thing" and not one.crowd and counted[label] < PER_LABEL:
            values[one.id] = label * PER_LABEL + counted[label]
            counted[label] += 1
    return flattened(image, [(one, values[one.id]) for one in drawn], np.uint16)


def _polygons(image: ExportImage, drawn: list[ExportAnnotation], labels: dict[int, ExportLabel]) -> str:
    """Return outlines in the order in which they are painted: holes are filled, as polygons have none."""
    objects = [
        {
            "label": labels[one.label_id].name + ("group" if one.crowd else ""),
            "polygon": [list(corner) for corner in outer],
        }
        for one in drawn
        for outer, _ in rings(pixels(one, image))
    ]
    listed = {
        "imgHeight": image.height,
        "imgWidth": image.width,
        "image": image.name,
        "sha256": image.sha256,
        "objects": objects,
    }
    return json.dumps(listed, ensure_ascii=False) + "\n"


def _coloured(found: np.ndarray, labels: list[ExportLabel]) -> bytes:
    table = np.array([[0, 0, 0], *([*bytes.fromhex(label.color[1:])] for label in labels)], np.uint8)
    return png(Image.fromarray(table[found]))


def _grey(values: np.ndarray) -> bytes:
    return png(Image.fromarray(values.astype(np.uint8)))


def _grey16(values: np.ndarray) -> bytes:
    return png(Image.fromarray(values.astype(np.uint16)))


FORMAT = Format(
    name="cityscapes",
    title="Cityscapes",
    loses="What lies behind other objects, attributes, flags but crowds; holes in the polygons, not in the "
    "maps; numbers of more than a thousand objects of one label in an image.",
    write=write,
)
