"""Semantic maps: an indexed PNG an image, whose values are the numbers of classes, and a list of these."""

import json
from collections.abc import Iterator, Mapping

import numpy as np

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportSource, Format, identity
from labeling.formats.coco import folder_of
from labeling.formats.flat import flattened, from_back_to_front, indexed_png
from labeling.formats.opened import Malformed, Opened
from labeling.formats.pictures import write_picture
from labeling.formats.reading import (
    document,
    guarded,
    kind_of,
    listed,
    mapping,
    masks_of,
    named_image,
    needed_picture,
    text,
    whole,
)
from labeling.formats.records import Problem, ReadLabel, ReadObject, Record

# Beyond that a pixel needs two bytes, and there is no palette.
MOST_IN_A_BYTE = 255
LIST = "classes.json"


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `masks/[<split>/]*.png` and `classes.json`; see `base.Exporter`.

    0 is background, and the labels follow from 1 on in the schema's order. Where objects overlap the one in
    front is seen. Crowds are painted like single objects, what is to be ignored is not painted.
    """
    numbers = {label.id: place for place, label in enumerate(source.labels, start=1)}
    kind = np.uint8 if len(numbers) <= MOST_IN_A_BYTE else np.uint16
    colours = [0, 0, 0, *(part for label in source.labels for part in bytes.fromhex(label.color[1:]))]
    with Waiting() as waiting:
        for done, image in enumerate(source.images, start=1):
            painted = [(one, numbers[one.label_id]) for one in from_back_to_front(image)]
            mask = f"masks/{image.split}/{image.stem}.png" if image.split else f"masks/{image.stem}.png"
            archive.write(mask, indexed_png(flattened(image, painted, kind), colours[:768]))
            write_picture(archive, image, folder_of(image))
            entry = {"mask": mask, "image": image.file_name, **identity(image)}
            waiting.add("images", f"  {json.dumps(entry, ensure_ascii=False)}", ",\n")
            yield done
        classes = [{"value": 0, "name": "background", "color": "#000000", "kind": "stuff"}]
        for label in source.labels:
            one = {"value": numbers[label.id], "name": label.name, "color": label.color, "kind": label.kind}
            classes.append(one)
        with archive.open(LIST) as member:
            listed = json.dumps(classes, ensure_ascii=False, indent=1)
            member.write(f'{{"classes": {listed},\n "images": [\n'.encode())
            waiting.pour("images", member)
            member.write(b"\n ]}\n")


def read(opened: Opened) -> Iterator[Record]:
    """Read `classes.json` and its maps; see `records.Reader`. All pixels of a class are one object."""
    try:
        said = mapping(document(opened, LIST))
        classes = [mapping(one) for one in listed(said, "classes")]
        labels = {whole(one, "value"): text(one, "name") for one in classes if one.get("value") != 0}
        images = listed(said, "images")
    except Malformed as error:
        yield Problem(LIST, f"{error}.")
        return
    for one in classes:
        if one["value"] != 0:
            yield ReadLabel(one["name"], one["name"], kind_of(one.get("kind")), str(one.get("color", "")))
    for place, value in enumerate(images):
        entry = f"{LIST}, images[{place}]"
        yield from guarded(entry, _read_image, opened, entry, value, labels)


def _read_image(opened: Opened, entry: str, value: object, labels: dict[int, str]) -> Iterator[Record]:
    said = mapping(value)
    mask = text(said, "mask")
    yield named_image(said, mask, text(said, "image"), entry)
    yield from read_classes(opened, mask, mask, labels)


def read_classes(opened: Opened, member: str, image: str, labels: Mapping[int, str]) -> Iterator[Record]:
    """Read a map of classes: an object a class. Raises `Malformed`."""
    for value, runs in masks_of(needed_picture(opened, member)):
        if value in labels:
            yield ReadObject(image, labels[value], f"{member}, value {value}", runs)
        else:
            yield Problem(member, f"has pixels of the value {value}, which is no class.")


FORMAT = Format(
    name="png_semantic",
    title="Semantic PNG",
    loses="Which object a pixel belongs to, what lies behind other objects, attributes and flags.",
    write=write,
    read=read,
    signs=(r"classes\.json",),
)
