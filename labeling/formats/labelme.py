"""LabelMe: a JSON file an image, in which each object is a mask of its box.

Source: the program labelme, https://github.com/wkentaro/labelme, whose masks are PNGs in base64 from the
upper left to the lower right pixel of a box.
"""

import base64
import binascii
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from PIL import Image

from labeling.formats.archive import MANIFEST, Archive
from labeling.formats.base import ExportAnnotation, ExportImage, ExportLabel, ExportSource, Format, identity
from labeling.formats.flat import drawing_order, pixels, png
from labeling.formats.opened import Malformed, Opened
from labeling.formats.pictures import write_picture
from labeling.formats.reading import (
    answers,
    document,
    guarded,
    listed,
    mapping,
    named_image,
    numbers,
    parsed,
    picture,
    ring,
    runs_of,
    text,
)
from labeling.formats.records import (
    FLAGS,
    Outline,
    Parts,
    Patch,
    Point,
    Problem,
    ReadLabel,
    ReadObject,
    Record,
    Shape,
)

VERSION = "5.5.0"


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `[<split>/]*.json`, and the images beside them; see `base.Exporter`.

    Objects stand from back to front, as the program paints them. Answers to attributes stand as JSON in an
    object's description.
    """
    labels = {label.id: label for label in source.labels}
    for done, image in enumerate(source.images, start=1):
        folder = image.split or "images"
        write_picture(archive, image, folder)
        listed: dict[str, object] = {
            "version": VERSION,
            "flags": {},
            "shapes": [_shape(one, image, labels) for one in drawing_order(image)],
            "imagePath": image.file_name,
            "imageData": None,
            "imageHeight": image.height,
            "imageWidth": image.width,
            **identity(image),
        }
        archive.write(f"{folder}/{image.stem}.json", json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
        yield done
    archive.write_lines(
        "labels.txt", [json.dumps(one.name, ensure_ascii=False)[1:-1] for one in source.labels]
    )


def _shape(one: ExportAnnotation, image: ExportImage, labels: dict[int, ExportLabel]) -> dict[str, object]:
    x, y, w, h = (round(side) for side in one.bbox)
    mask = png(Image.fromarray(pixels(one, image)[y : y + h, x : x + w]))
    answers = json.dumps(dict(one.attributes), ensure_ascii=False) if one.attributes else ""
    return {
        "label": labels[one.label_id].name,
        "points": [[float(x), float(y)], [float(x + w - 1), float(y + h - 1)]],
        "group_id": one.id,
        "description": answers,
        "shape_type": "mask",
        "flags": {name: bool(getattr(one, name)) for name in FLAGS},
        "mask": base64.b64encode(mask).decode(),
    }


def read(opened: Opened) -> Iterator[Record]:
    """Read every file; see `records.Reader`. Shapes of one group and one label are one object."""
    for found in opened.find(r".*\.json"):
        if found[0] != MANIFEST:
            yield from guarded(found[0], _read_image, opened, found[0])


def _read_image(opened: Opened, member: str) -> Iterator[Record]:
    said = mapping(document(opened, member))
    shapes = listed(said, "shapes")
    # Whatever stands before the last slash is a folder of the one who made it.
    path = re.split(r"[/\\]", text(said, "imagePath"))[-1]
    beside = f"{member.rpartition('/')[0]}/{path}".lstrip("/")
    yield named_image(said, member, path, member, beside)
    objects: dict[object, ReadObject] = {}
    for place, value in enumerate(shapes):
        entry = f"{member}, shapes[{place}]"
        try:
            one = _object(member, entry, mapping(value), place)
        except Malformed as error:
            yield Problem(entry, f"{error}.")
            continue
        group = mapping(value).get("group_id")
        key: object = place if group is None else (str(group), one.label)
        known = objects.get(key)
        objects[key] = one if known is None else replace(known, shape=Parts((known.shape, one.shape)))
    for one in objects.values():
        yield ReadLabel(one.label, one.label)
        yield one


def _object(member: str, entry: str, said: dict[str, Any], place: int) -> ReadObject:
    flags = said.get("flags") if isinstance(said.get("flags"), dict) else {}
    try:
        attributes = answers(parsed(text(said, "description", "").encode()))
    except Malformed:
        # People write what they like there.
        attributes = {}
    return ReadObject(
        member,
        text(said, "label"),
        entry,
        _shape_of(said),
        order=place,
        attributes=attributes,
        **{name: bool(flags.get(name)) for name in FLAGS},  # type: ignore[union-attr]
    )


def _shape_of(said: dict[str, Any]) -> Shape:
    """Return a shape of the program's. Raises `Malformed` for lines and points, which have no area."""
    kind = text(said, "shape_type", "polygon") or "polygon"
    flat = [
        side for point in listed(said, "points") for side in (point if isinstance(point, list) else [point])
    ]
    sides = numbers(flat, "its points")
    if kind == "polygon":
        return Outline((ring(flat, "its points"),))
    if kind not in ("rectangle", "circle", "mask") or len(sides) != 4:
        raise Malformed(f"is a “{kind}” of {len(sides) // 2} points, which is no mask")
    x0, y0, x1, y1 = sides
    if kind == "rectangle":
        return Outline((((x0, y0), (x1, y0), (x1, y1), (x0, y1)),))
    if kind == "circle":
        # The centre, and a point on its line.
        return Outline((_circle(x0, y0, math.hypot(x1 - x0, y1 - y0)),))
    try:
        content = base64.b64decode(_base64(said), validate=True)
    except binascii.Error as error:
        raise Malformed("has a mask that is not written in base64") from error
    found = picture(content) != 0
    if not found.any():
        raise Malformed("has an empty mask")
    size = (found.shape[0], found.shape[1])
    return Patch(round(x0), round(y0), runs_of(found, (0, 0), size))


def _base64(said: Mapping[str, Any]) -> str:
    """Return a mask's base64, which is longer than other texts. Raises `Malformed`."""
    mask = said.get("mask")
    if not isinstance(mask, str):
        raise Malformed("needs a text “mask”")
    return mask


def _circle(x: float, y: float, radius: float) -> tuple[Point, ...]:
    # Between the corners the line is off by less than a hundredth of a pixel.
    corners = max(12, min(10_000, math.ceil(math.pi / math.acos(1 - min(0.01 / max(radius, 0.1), 1)))))
    turns = (2 * math.pi * number / corners for number in range(corners))
    return tuple((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns)


FORMAT = Format(
    name="labelme",
    title="LabelMe",
    loses="Whether a label is a thing or stuff; nothing of masks, overlaps, order, attributes and flags.",
    write=write,
    read=read,
)
