"""A picture cut into tiles: what there is of it at which size. Plain arithmetic and pixels, no storage.

Level 0 has the picture's own pixels; each further level half as many a side, rounded up, so that one of its
pixels always stands for 2 ** level of the picture's. The last level fits into one tile.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

TILE_SIDE = 512
# Below this a browser decodes and keeps the whole picture faster than it fetches parts.
TILED_ABOVE = 32_000_000
TILE_MEDIA_TYPE = "image/jpeg"
# Colours are not thinned out: a click aims at edges, and red on blue is an edge too.
ENCODING: Mapping[str, Any] = {"quality": 90, "subsampling": 0}
# Those of cameras and screens have a few thousand bytes; some printers' would outweigh the tile.
MAX_PROFILE = 16_384


@dataclass(frozen=True, slots=True)
class TilePlace:
    """One tile: the level, and its column and row there."""

    level: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Pyramid:
    """The tiles of a picture of `width` x `height` pixels."""

    width: int
    height: int

    @property
    def levels(self) -> int:
        """Return how many levels there are."""
        count = 1
        while max(self.size(count - 1)) > TILE_SIDE:
            count += 1
        return count

    def size(self, level: int) -> tuple[int, int]:
        """Return width and height of a level in its own pixels."""
        return -(-self.width >> level), -(-self.height >> level)

    def grid(self, level: int) -> tuple[int, int]:
        """Return how many columns and rows of tiles a level has."""
        width, height = self.size(level)
        return -(-width // TILE_SIDE), -(-height // TILE_SIDE)

    def has(self, place: TilePlace) -> bool:
        """Return whether there is such a tile."""
        if not 0 <= place.level < self.levels:
            return False
        columns, rows = self.grid(place.level)
        return 0 <= place.x < columns and 0 <= place.y < rows

    def places(self, level: int) -> Iterator[TilePlace]:
        """Return a level's tiles row by row."""
        columns, rows = self.grid(level)
        return (TilePlace(level, x, y) for y in range(rows) for x in range(columns))


def pyramid_of(width: int, height: int) -> Pyramid | None:
    """Return the pyramid of a picture of this size, or None for one that is shown whole."""
    return Pyramid(width, height) if width * height > TILED_ABOVE else None


def tiles_of(picture: Image.Image) -> Iterator[tuple[TilePlace, bytes]]:
    """Cut an upright picture of mode L or RGB into encoded tiles; the smallest level comes first.

    So whoever waits sees the whole picture at once and its detail later. The same pixels give the same bytes.
    """
    pyramid = Pyramid(picture.width, picture.height)
    profile = picture.info.get("icc_profile")
    # Each tile carries it, so that a browser shows the same colours as for the whole file.
    options = (
        ENCODING if profile is None or len(profile) > MAX_PROFILE else {**ENCODING, "icc_profile": profile}
    )
    levels = [picture]
    while len(levels) < pyramid.levels:
        levels.append(levels[-1].reduce(2))
    for level in reversed(range(pyramid.levels)):
        for place in pyramid.places(level):
            yield place, _encoded(levels[level], place, options)


def _encoded(level: Image.Image, place: TilePlace, options: Mapping[str, Any]) -> bytes:
    left, top = place.x * TILE_SIDE, place.y * TILE_SIDE
    right, bottom = min(left + TILE_SIDE, level.width), min(top + TILE_SIDE, level.height)
    out = io.BytesIO()
    level.crop((left, top, right, bottom)).save(out, "JPEG", **options)
    return out.getvalue()
