"""Tar archives inside of an archive, read without trusting them: nothing of one goes to a folder."""

import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from labeling.formats.opened import MOST_AT_ONCE, Malformed, Opened

# Between the name of a shard and that of a file in it, in the name of a picture.
INSIDE = "!/"
# More files make no shard, they fill memory.
MOST_FILES = 200_000


@contextmanager
def shard_read(member: IO[bytes]) -> Iterator[tarfile.TarFile]:
    """Open a shard to be read from its begin to its end. Raises `Malformed`, also while it is read."""
    try:
        # It has what those who read need of a file.
        with tarfile.open(fileobj=_Bounded(member), mode="r:") as shard:  # type: ignore[call-overload]
            yield shard
    except tarfile.TarError as error:
        raise Malformed(f"is no shard: {error}") from error


def files_of(shard: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the files of a shard, links and holes left out, and keep none of them in memory."""
    while (info := shard.next()) is not None:
        # It would keep all that it has seen.
        shard.members.clear()  # type: ignore[attr-defined]
        if info.isreg() and not info.issparse():
            yield info


class Shards:
    """The shards of an archive, the last one copied so that its files can be read in any order."""

    def __init__(self, opened: Opened) -> None:
        self._opened, self._name = opened, ""
        self._files: dict[str, tuple[int, int]] = {}
        self._copy: IO[bytes] | None = None

    @contextmanager
    def open(self, name: str, inside: str) -> Iterator[IO[bytes]]:
        """Open a file of a shard. Raises `Malformed`."""
        if name != self._name:
            self._load(name)
        place = self._files.get(inside)
        if place is None or self._copy is None:
            raise Malformed("is not in its shard")
        with TemporaryFile() as file:
            offset, size = place
            self._copy.seek(offset)
            while size > 0 and (block := self._copy.read(min(size, 1 << 20))):
                file.write(block)
                size -= len(block)
            file.seek(0)
            yield file

    def close(self) -> None:
        """Forget the copy."""
        if self._copy is not None:
            self._copy.close()
        self._copy, self._name = None, ""

    def _load(self, name: str) -> None:
        self.close()
        self._files = {}
        self._copy = TemporaryFile()  # noqa: SIM115 - closed with the next one
        with self._opened.open(name) as member:
            shutil.copyfileobj(member, self._copy, 1 << 20)
        self._copy.seek(0)
        with shard_read(self._copy) as shard:
            for info in files_of(shard):
                if len(self._files) >= MOST_FILES:
                    raise Malformed(f"has more than {MOST_FILES:,} files")
                self._files[info.name] = info.offset_data, info.size
        self._name = name


class _Bounded:
    """A file that is not read whole at once, as a header of any size would be."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MOST_AT_ONCE:
            raise Malformed("has a header that is too large")
        return self._file.read(size)
