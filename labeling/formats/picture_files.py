"""The images' own files that an archive brings along, found by what its annotations call them."""

import re
from collections import defaultdict
from typing import BinaryIO, cast

from labeling.domain.images import ImageRefused, upright_size
from labeling.formats.names import ending, key_of
from labeling.formats.opened import Malformed, Opened
from labeling.formats.stage_rows import Brought

ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
# No mask is ever a JPEG; files of other kinds are pictures where their folder, or an annotation, says so.
SURELY = frozenset({".jpg", ".jpeg"})
FOLDERS = re.compile(
    r"images?|imgs?|jpegimages|leftimg8bit|pictures|photos|(train|val|test)20\d\d", re.IGNORECASE
)
# Cut from images by exports of ours.
NOT_FROM = ("crops/", "plots/")


class PictureFiles:
    """The pictures of an archive that are no masks."""

    def __init__(self, opened: Opened, *, most_pixels: int) -> None:
        self._opened, self._most_pixels = opened, most_pixels
        self._by_last: dict[str, list[str]] = defaultdict(list)
        for name in opened.names:
            if ending(name) in ENDINGS and not name.startswith(NOT_FROM):
                self._by_last[_spelled(name).rpartition("/")[2]].append(name)

    def find(self, file: str) -> Brought | None:
        """Return the picture that is meant by a file's path or the end of it; None for none or several.

        Of those that cannot be used it says why. Raises `Malformed` for those that cannot be read.
        """
        member = self._member(file.replace("\\", "/"))
        if member is None:
            return None
        try:
            with self._opened.open(member) as stream:
                picture = cast("BinaryIO", stream)
                width, height = upright_size(picture, member, max_pixels=self._most_pixels)
        except ImageRefused as error:
            raise Malformed(error.message.removesuffix(".")) from error
        return Brought(member, width, height)

    def _member(self, file: str) -> str | None:
        wanted = _spelled(file)
        near = self._by_last.get(wanted.rpartition("/")[2], [])
        if file in near:
            return file
        meant = [name for name in near if f"/{_spelled(name)}".endswith(f"/{wanted}") and _is_sure(name)]
        return meant[0] if len(meant) == 1 else None


def _is_sure(name: str) -> bool:
    return ending(name) in SURELY or any(FOLDERS.fullmatch(folder) for folder in name.split("/")[:-1])


def _spelled(file: str) -> str:
    """Return a path without its ending, as all systems spell it."""
    return key_of(file[: -len(end)] if (end := ending(file)) in ENDINGS else file)
