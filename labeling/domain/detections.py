"""A detector's file: boxes or extreme points on images, in COCO's words.

An object with `images` (id, file_name), `categories` (id, name) and `annotations` (image_id, category_id, and
`bbox` [x, y, w, h] or `extreme_points`, four [x, y] in any order, measured from the centre of the upper left
pixel). What else it holds is left alone.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_DETECTIONS = 200_000
POINTS = 4

Point = tuple[float, float]


class DetectionsInvalid(ValueError):
    """A file that is no detector's file; the message says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Detection:
    """One object: its place in the file, its image's name, its label's name, and four points on its sides.

    `from_box`: they are the middles of a box's sides, and not where the object touches them.
    """

    number: int
    image: str
    label: str
    points: tuple[Point, ...]
    from_box: bool


@dataclass(slots=True)
class Detections:
    """What a file holds that can be used, and a sentence about each entry that cannot."""

    found: list[Detection] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_detections(content: bytes) -> Detections:
    """Read a file. Raises `DetectionsInvalid` for one that cannot be read at all."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DetectionsInvalid(f"This is no JSON: {error}.") from error
    if not isinstance(document, dict):
        raise DetectionsInvalid(
            "The file must be an object with images, categories and annotations, as COCO's."
        )
    images = dict(_named(document, "images", "file_name"))
    labels = dict(_named(document, "categories", "name"))
    entries = _list(document, "annotations")
    if len(entries) > MOST_DETECTIONS:
        raise DetectionsInvalid(
            f"The file has {len(entries)} annotations; {MOST_DETECTIONS} are the most. Divide it."
        )
    read = Detections()
    for number, entry in enumerate(entries):
        try:
            read.found.append(_detection(number, entry, images, labels))
        except DetectionsInvalid as error:
            read.left_out.append(f"annotations[{number}]: {error}")
    return read


def _list(document: dict[str, Any], name: str) -> list[Any]:
    found = document.get(name)
    if not isinstance(found, list):
        raise DetectionsInvalid(f"The file has no list “{name}”.")
    return found


def _named(document: dict[str, Any], name: str, key: str) -> Iterator[tuple[int, str]]:
    for place, entry in enumerate(_list(document, name)):
        if (
            not isinstance(entry, dict)
            or type(entry.get("id")) is not int
            or not isinstance(entry.get(key), str)
        ):
            raise DetectionsInvalid(f"{name}[{place}] needs a whole number “id” and a text “{key}”.")
        yield entry["id"], entry[key]


def _detection(number: int, entry: object, images: dict[int, str], labels: dict[int, str]) -> Detection:
    if not isinstance(entry, dict):
        raise DetectionsInvalid("it is no object")
    image, label = images.get(_id(entry, "image_id")), labels.get(_id(entry, "category_id"))
    if image is None:
        raise DetectionsInvalid("its image_id is that of no image")
    if label is None:
        raise DetectionsInvalid("its category_id is that of no category")
    drawn = "extreme_points" in entry
    points = _points(entry["extreme_points"]) if drawn else _sides(entry.get("bbox"))
    return Detection(number, image, label, points, from_box=not drawn)


def _id(entry: dict[str, Any], name: str) -> int:
    value = entry.get(name)
    return value if type(value) is int else -1


def _points(value: object) -> tuple[Point, ...]:
    if not isinstance(value, list) or len(value) != POINTS:
        raise DetectionsInvalid("its extreme_points are not four points")
    return tuple(_numbers(one, 2, "a point is not two numbers") for one in value)  # type: ignore[misc]


def _sides(value: object) -> tuple[Point, ...]:
    """Return the middles of a box's sides: left, top, right, bottom."""
    x, y, width, height = _numbers(value, 4, "it has neither extreme_points nor a bbox of four numbers")
    if width < 1 or height < 1:
        raise DetectionsInvalid("its bbox is less than a pixel wide or high")
    # A box runs along the edges of pixels, and points are measured from the centre of the first one.
    right, bottom = x + width - 1, y + height - 1
    across, down = (x + right) / 2, (y + bottom) / 2
    return (x, down), (across, y), (right, down), (across, bottom)


def _numbers(value: object, count: int, otherwise: str) -> tuple[float, ...]:
    if not isinstance(value, list) or len(value) != count:
        raise DetectionsInvalid(otherwise)
    # A bool is an int to Python, and no coordinate.
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in value):
        raise DetectionsInvalid(otherwise)
    numbers = tuple(float(one) for one in value if abs(one) < 1e9)
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise DetectionsInvalid("a coordinate is no number that an image could have")
    return numbers
