"""What an exporter gets and does. Formats know no Django: they see plain records."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias


@dataclass(frozen=True)
class ExportLabel:
    """One class, in the schema's order; `color` is `#rrggbb`."""

    id: int
    name: str
    kind: str
    color: str = "#808080"


@dataclass(frozen=True)
class ExportAnnotation:
    """One object: COCO counts of the whole image, [x, y, w, h] and area in pixels.

    `attributes` are the answers that hold, by the attributes' names; `position` is its place from back to
    front, higher is nearer.
    """

    id: int
    label_id: int
    mask_counts: str
    bbox: list[float]
    area: int
    attributes: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    occluded: bool = False
    truncated: bool = False
    crowd: bool = False
    ignore: bool = False
    position: int = 0


@dataclass(frozen=True)
class ExportImage:
    """One accepted image with its objects, the oldest first; width and height of the upright image."""

    id: int
    name: str
    sha256: str
    width: int
    height: int
    annotations: list[ExportAnnotation]


@dataclass(frozen=True)
class ExportSource:
    """What is exported. `images` can be walked once."""

    project_name: str
    labels: list[ExportLabel]
    images: Iterable[ExportImage]


Exporter: TypeAlias = Callable[[ExportSource, BinaryIO], Iterator[int]]
"""Writes an archive to a binary file and yields the number of images written so far."""


class FormatRefused(ValueError):
    """Something that a format has no way to say at all; the message is one sentence for people."""


@dataclass(frozen=True)
class Format:
    """One format: its name for programs and for people, what it cannot say, and what writes it."""

    name: str
    title: str
    loses: str
    write: Exporter
