"""Snapshots: what a project's accepted objects were at one moment, as a file that can never change.

One JSON object a line, keys sorted, lines in the order of image and object, so that the same objects are the
same bytes. The hash of these bytes is the snapshot's name.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = 1

Click = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SnapshotObject:
    """One accepted object.

    Attributes:
        image: the SHA-256 of the original file; width, height: of the upright image in pixels.
        annotation, version: which annotation in which state it was.
        label: its label's name.
        mask: COCO compressed run lengths of the whole image.
        clicks: what its annotator clicked, x right and y down in image pixels, the four extreme points first;
            nothing where the mask was drawn.
        held_out: whether its image is one that is never trained on.
    """

    image: str
    width: int
    height: int
    annotation: int
    version: int
    label: str
    mask: str
    clicks: tuple[Click, ...]
    held_out: bool


class SnapshotDamaged(ValueError):
    """A file that is no snapshot, or not the one its name promises."""


def lines(objects: Iterable[SnapshotObject]) -> Iterator[bytes]:
    """Yield a snapshot's lines, whatever the order of the objects."""
    yield _line({"format": FORMAT})
    for one in sorted(objects, key=lambda one: (one.image, one.annotation)):
        yield _line(asdict(one))


def content_hash(content: Iterable[bytes]) -> str:
    """Return the SHA-256 of lines, as hexadecimal digits."""
    digest = hashlib.sha256()
    for line in content:
        digest.update(line)
    return digest.hexdigest()


def read(content: Iterable[bytes], *, sha256: str) -> list[SnapshotObject]:
    """Return the objects of a snapshot. Raises `SnapshotDamaged` when they are not those of the name."""
    kept = list(content)
    if content_hash(kept) != sha256:
        raise SnapshotDamaged("The snapshot's content does not match its name.")
    first, *others = (json.loads(line) for line in kept)
    if first != {"format": FORMAT}:
        raise SnapshotDamaged("The snapshot has a format that this version does not read.")
    return [_object(values) for values in others]


def _line(values: Mapping[str, Any]) -> bytes:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def _object(values: dict[str, Any]) -> SnapshotObject:
    clicks = tuple((float(x), float(y)) for x, y in values.pop("clicks"))
    return SnapshotObject(**values, clicks=clicks)
