"""What a reader says of a file: labels, images, objects, and what is wrong with it.

Readers know neither the project nor its images: they say what stands in a file, in any order, and name
images and labels by keys of their own. `labeling.formats.staged` puts it together.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from labeling.formats.opened import Opened

Answer: TypeAlias = bool | int | float | str
Point: TypeAlias = tuple[float, float]
# What every object may be, whatever its label asks.
FLAGS = ("occluded", "truncated", "crowd", "ignore")


@dataclass(frozen=True, slots=True)
class Runs:
    """A mask of a whole image of that height and width: COCO's compressed run lengths."""

    height: int
    width: int
    counts: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Closed lines that are filled: (0, 0) is the image's upper left corner, not the centre of its pixel.

    Attributes:
        rings: of (x, y) in pixels, or in shares of width and height where `relative`.
        rule: "parity" fills what an odd number of rings surrounds, "winding" what they go round in one
            direction, both by the centres of pixels; "coco" fills and unites as the reader of COCO rounds.
    """

    rings: tuple[tuple[Point, ...], ...]
    relative: bool = False
    rule: str = "parity"


@dataclass(frozen=True, slots=True)
class Parts:
    """Several shapes that are one object."""

    parts: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """A mask of a box: its left upper pixel (x, y), its height and width, COCO's run lengths of the box."""

    x: int
    y: int
    runs: Runs


Shape: TypeAlias = Runs | Outline | Patch | Parts


@dataclass(frozen=True, slots=True)
class ReadLabel:
    """A class: `key` names it in this file."""

    key: str
    name: str
    kind: str = "thing"
    color: str = ""


@dataclass(frozen=True, slots=True)
class ReadImage:
    """An image: `key` names it in this file; `name` may lack its ending. The first one of a key counts.

    Its own file may come along: `file` is where that lies in the archive, or the end of this, with or without
    an ending.
    """

    key: str
    name: str
    entry: str
    dataset: str = ""
    sha256: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class ReadObject:
    """An object of an image and a label, by their keys; of two objects the higher `order` lies in front."""

    image: str
    label: str
    entry: str
    shape: Shape
    order: float = 0.0
    occluded: bool = False
    truncated: bool = False
    crowd: bool = False
    ignore: bool = False
    attributes: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be imported: where it stands, and a sentence that goes on after that."""

    entry: str
    message: str


Record: TypeAlias = ReadLabel | ReadImage | ReadObject | Problem
Reader: TypeAlias = Callable[[Opened], Iterator[Record]]
