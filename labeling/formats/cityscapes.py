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
    identity,
)
from labeling.formats.flat import VOID, flattened, from_back_to_front, pixels, png
from labeling.formats.opened import Malformed, Opened
from labeling.formats.outlines import rings
from labeling.formats.pictures import write_picture
from labeling.formats.reading import (
    document,
    guarded,
    listed,
    mapping,
    masks_of,
    named_image,
    needed_picture,
    ring,
    text,
    whole,
)
from labeling.formats.records import Outline, Problem, ReadLabel, ReadObject, Record

CITY, SPLIT = "cardinal", "train"
LIST = "labels.json"
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
    archive.write(LIST, json.dumps(_listed(source.labels), ensure_ascii=False, indent=1) + "\n")


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
        **identity(image),
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


def read(opened: Opened) -> Iterator[Record]:
    """Read maps of instances where `labels.json` says what they mean, else polygons; see `records.Reader`."""
    try:
        labels = _labels(opened)
    except Malformed as error:
        yield Problem(LIST, f"{error}.")
        return
    yield from labels.values()
    for found in opened.find(r"((?:.*/)?)([^/]+)_gtFine_polygons\.json"):
        yield from guarded(found[0], _read_image, opened, f"{found[1]}{found[2]}", labels)


def _labels(opened: Opened) -> dict[int, ReadLabel]:
    if LIST not in opened:
        return {}
    said = [mapping(one) for one in document(opened, LIST)]
    return {
        whole(one, "id"): ReadLabel(
            text(one, "name"), text(one, "name"), "thing" if one.get("hasInstances") else "stuff"
        )
        for one in said
        if one.get("id") != 0
    }


def _read_image(opened: Opened, stem: str, labels: dict[int, ReadLabel]) -> Iterator[Record]:
    member = f"{stem}_gtFine_polygons.json"
    said = mapping(document(opened, member))
    yield named_image(said, stem, f"{stem.rpartition('/')[2]}_leftImg8bit", member)
    if labels:
        yield from _read_instances(opened, f"{stem}_gtFine_instanceIds.png", stem, labels)
        return
    for place, value in enumerate(listed(said, "objects")):
        entry = f"{member}, objects[{place}]"
        yield from guarded(entry, _read_polygon, stem, entry, value, place)


def _read_instances(opened: Opened, member: str, stem: str, labels: dict[int, ReadLabel]) -> Iterator[Record]:
    for value, runs in masks_of(needed_picture(opened, member)):
        number = value // PER_LABEL if value >= PER_LABEL else value
        if number not in labels:
            yield Problem(member, f"has pixels of the value {value}, which is no label's.")
            continue
        label = labels[number]
        crowd = value < PER_LABEL and label.kind == "thing"
        yield ReadObject(stem, label.key, f"{member}, value {value}", runs, crowd=crowd)


def _read_polygon(stem: str, entry: str, value: object, place: int) -> Iterator[Record]:
    said = mapping(value)
    name = text(said, "label")
    crowd = name.endswith("group") and name != "group"
    name = name.removesuffix("group") if crowd else name
    yield ReadLabel(name, name)
    corners = listed(said, "polygon")
    flat = [side for corner in corners for side in (corner if isinstance(corner, list) else [corner])]
    outline = Outline((ring(flat, "its polygon"),))
    yield ReadObject(stem, name, entry, outline, order=place, crowd=crowd)


FORMAT = Format(
    name="cityscapes",
    title="Cityscapes",
    loses="What lies behind other objects, attributes, flags but crowds; holes in the polygons, not in the "
    "maps; numbers of more than a thousand objects of one label in an image.",
    write=write,
    read=read,
    signs=(r"gtFine/.*",),
)
