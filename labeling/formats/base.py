"""What a format is, and what an exporter gets. Formats know no Django: they see plain records."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

from labeling.formats.archive import Archive
from labeling.formats.records import Answer, Reader


@dataclass(frozen=True)
class ExportLabel:
    """One class, in the schema's order; `color` is `#rrggbb`, `attributes` are the names of its questions."""

    id: int
    name: str
    kind: str
    color: str = "#808080"
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """How an object came to be, which only research asks for.

    Attributes:
        clicks: x right and y down in image pixels, and milliseconds since the first one where known.
        seconds, tool_seconds: work time of all edits together, and the same by tool.
        score: the model's own guess of its mask's quality, 0..1; model: the version that proposed it.
        verdict: what a reviewer said of it; version: how often it was changed, from 1 on.
        annotator: a number that tells one person's objects from another's.
    """

    clicks: tuple[tuple[float, float, float | None], ...] = ()
    seconds: float = 0.0
    tool_seconds: Mapping[str, float] = field(default_factory=dict)
    score: float | None = None
    model: str | None = None
    verdict: str = "none"
    version: int = 1
    annotator: int = 0


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
    attributes: Mapping[str, Answer] = field(default_factory=dict)
    occluded: bool = False
    truncated: bool = False
    crowd: bool = False
    ignore: bool = False
    position: int = 0
    origin: Origin = Origin()


@dataclass(frozen=True)
class Picture:
    """An image's file: how its name ends (`.jpg`), and how it is opened."""

    extension: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Link:
    """Where an image's file can be had later: the address's path on this site, and how its name ends."""

    extension: str
    path: str


@dataclass(frozen=True)
class ExportImage:
    """One image with its objects, the oldest first; width and height of the upright image.

    Attributes:
        name: as it was uploaded; dataset: the name of its data set.
        split: which part of the whole it belongs to; empty where nothing is divided.
        picture: its file, where images are exported too.
        link: where that can be had, where links are asked for.
        stem, file_name: a safe name that no other image of the archive has, without and with its ending;
            given by `labeling.formats.package`. Where no images are exported, the first of a name keeps it.
    """

    id: int
    name: str
    sha256: str
    width: int
    height: int
    annotations: list[ExportAnnotation]
    dataset: str = ""
    split: str = ""
    picture: Picture | None = None
    link: Link | None = None
    stem: str = ""
    file_name: str = ""


def identity(image: ExportImage) -> dict[str, str]:
    """Return what names an image among all of a project; what is imported is found again by it."""
    return {"name": image.name, "dataset": image.dataset, "sha256": image.sha256}


@dataclass(frozen=True)
class ExportSource:
    """What is exported. `images` can be walked once; `splits` are all that can occur, in their order."""

    project_name: str
    labels: list[ExportLabel]
    images: Iterable[ExportImage]
    splits: tuple[str, ...] = ("",)
    licence: str = ""


Exporter: TypeAlias = Callable[[ExportSource, Archive], Iterator[int]]
"""Writes its files into an archive and yields the number of images written so far."""


class FormatRefused(ValueError):
    """Something that a format has no way to say at all; the message is one sentence for people."""


@dataclass(frozen=True)
class Format:
    """One format: its name for programs and for people, what it cannot say, what writes and what reads it.

    `signs` are patterns of whole names of members by which an archive is known as one of this format.
    """

    name: str
    title: str
    loses: str
    write: Exporter
    read: Reader
    signs: tuple[str, ...] = ()
