"""What goes into a stage from the project, and what comes out of it."""

from dataclasses import dataclass, field

from labeling.domain import masks
from labeling.formats.records import Answer


@dataclass(frozen=True, slots=True)
class KnownImage:
    """An image of the project, by its task; `occupied`: it has objects, or was handed in, already."""

    task: int
    name: str
    dataset: str
    sha256: str
    width: int
    height: int
    occupied: bool = False


@dataclass(frozen=True, slots=True)
class Brought:
    """The picture of an image that comes along in an archive; width and height of the upright picture.

    `name` is what the image is called, where the archive says so.
    """

    member: str
    width: int
    height: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class StagedObject:
    """An object that can be imported: its label by name, its mask, its answers by their attributes' names."""

    label: str
    mask: masks.Rle
    bbox: list[float]
    area: int
    attributes: dict[str, Answer] = field(default_factory=dict)
    occluded: bool = False
    truncated: bool = False
    crowd: bool = False
    ignore: bool = False


@dataclass(frozen=True, slots=True)
class StagedImage:
    """An image with what the file has for it, from back to front; `number` rises.

    It is the project's image of `task`, or else a new one, which is `brought`.
    """

    number: int
    task: int | None
    objects: list[StagedObject]
    brought: "Brought | None" = None


@dataclass(frozen=True, slots=True)
class StagedLabel:
    """A label of the file, with the number of its objects that can be imported."""

    name: str
    kind: str
    color: str
    objects: int
