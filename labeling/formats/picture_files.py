"""The images' own files that an archive brings along, found by what its annotations call them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import IO, BinaryIO, cast

from labeling.domain.images import ImageRefused, upright_size
from labeling.formats.names import ending, key_of
from labeling.formats.opened import Malformed, Opened
from labeling.formats.shards import INSIDE, Shards
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
    """The pictures of an archive that are no masks, in its shards too."""

    def __init__(self, opened: Opened, *, most_pixels: int, most_bytes: int) -> None:
        self._opened, self._shards = opened, Shards(opened)
        self._most_pixels, self._most_bytes = most_pixels, most_bytes

    @cached_property
    def _by_last(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name in self._opened.names:
            if ending(name) in ENDINGS and not name.startswith(NOT_FROM):
                found[_spelled(name).rpartition("/")[2]].append(name)
        return found

    def find(self, file: str) -> Brought | None:
        """Return the picture that is meant by a file's path or the end of it; None for none or several.

        Raises `Malformed` for those that cannot be used.
        """
        member = file if INSIDE in file else self._member(file.replace("\\", "/"))
        if member is None:
            return None
        with self._open(member) as stream:
            picture = cast("BinaryIO", stream)
            try:
                width, height = upright_size(picture, member, max_pixels=self._most_pixels)
            except ImageRefused as error:
                raise Malformed(error.message.removesuffix(".")) from error
        return Brought(member, width, height)

    def copy(self, member: str, target: BinaryIO) -> None:
        """Copy a picture that was found. Raises `Malformed` for one that is too large or broken."""
        left = self._most_bytes
        with self._open(member) as stream:
            while block := stream.read(1 << 20):
                left -= len(block)
                if left < 0:
                    raise Malformed(f"is larger than {self._most_bytes >> 20} MB")
                target.write(block)

    def close(self) -> None:
        """Let go of what was copied."""
        self._shards.close()

    @contextmanager
    def _open(self, member: str) -> Iterator[IO[bytes]]:
        shard, inside, name = member.partition(INSIDE)
        if not inside:
            with self._opened.open(member) as stream:
                yield stream
            return
        with self._shards.open(shard, name) as stream:
            yield stream

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
