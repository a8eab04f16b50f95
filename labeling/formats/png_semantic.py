"""Semantic maps: an indexed PNG an image, whose values are the numbers of classes, and a list of these."""

import json
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from labeling.formats.archive import Archive
from labeling.formats.base import ExportSource, Format
from labeling.formats.flat import flattened, from_back_to_front, indexed_png
from labeling.formats.names import Names

# Beyond that a pixel needs two bytes, and there is no palette.
MOST_IN_A_BYTE = 255


def write(source: ExportSource, target: BinaryIO) -> Iterator[int]:
    """Write `masks/*.png` and `classes.json`; see `base.Exporter`.

    0 is background, and the labels follow from 1 on in the schema's order. Where objects overlap the one in
    front is seen. Crowds are painted like single objects, what is to be ignored is not painted.
    """
    numbers = {label.id: place for place, label in enumerate(source.labels, start=1)}
    kind = np.uint8 if len(numbers) <= MOST_IN_A_BYTE else np.uint16
    colours = [0, 0, 0, *(part for label in source.labels for part in bytes.fromhex(label.color[1:]))]
    names, files = Names(), []
    with Archive(target) as archive:
        done = 0
        for done, image in enumerate(source.images, start=1):
            stem = names.stem(image.name, image.id)
            painted = [(one, numbers[one.label_id]) for one in from_back_to_front(image)]
            archive.write(f"masks/{stem}.png", indexed_png(flattened(image, painted, kind), colours[:768]))
            files.append({"mask": f"masks/{stem}.png", "image": image.name, "sha256": image.sha256})
            yield done
        classes = [{"value": 0, "name": "background", "color": "#000000", "kind": "stuff"}]
        for label in source.labels:
            one = {"value": numbers[label.id], "name": label.name, "color": label.color, "kind": label.kind}
            classes.append(one)
        listed = {"classes": classes, "images": files}
        archive.write("classes.json", json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
        archive.close_with({"format": "png_semantic", "project": source.project_name, "images": done})


FORMAT = Format(
    name="png_semantic",
    title="Semantic PNG",
    loses="Which object a pixel belongs to, what lies behind other objects, attributes and flags.",
    write=write,
)
