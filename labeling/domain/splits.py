"""Which part of an exported data set an image belongs to."""

import hashlib
from collections.abc import Collection, Mapping, Sequence

TRAIN, VAL, TEST = "train", "val", "test"
SPLITS = (TRAIN, VAL, TEST)
SCALE = 2**64


def by_hash(sha256: str, shares: Mapping[str, float]) -> str:
    """Return the part of an image known by its content's hash: the same in every project, for ever.

    `shares` add up to one. Growing the last part at the cost of the one before moves nothing else.
    """
    digest = hashlib.sha256(f"split:{sha256}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / SCALE
    named = [name for name in SPLITS if shares.get(name)]
    below = 0.0
    for name in named[:-1]:
        below += shares[name]
        if place < below:
            return name
    return named[-1]


def parts(by: str, named: Collection[str]) -> tuple[str, ...]:
    """Return the names of all parts in their order; one without a name where nothing is divided."""
    if by == "none":
        return ("",)
    if by == "held_out":
        return (TRAIN, VAL)
    return tuple(name for name in SPLITS if name in named)


class Divider:
    """Says of each image which part it is in.

    `by` is "none", "hash" with `shares`, "lists" with the names of images by part, or "held_out".
    """

    def __init__(self, by: str, shares: Mapping[str, float], lists: Mapping[str, Sequence[str]]) -> None:
        self._by, self._shares = by, shares
        self._listed = {name: part for part, names in lists.items() for name in names}

    def part(self, *, name: str, sha256: str, held_out: bool) -> str | None:
        """Return the part; None for an image that stands in no list."""
        if self._by == "hash":
            return by_hash(sha256, self._shares)
        if self._by == "held_out":
            return VAL if held_out else TRAIN
        if self._by == "lists":
            return self._listed.get(name)
        return ""
