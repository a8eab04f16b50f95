"""Archives from outside, read without trusting anybody. Nothing of one is ever written to a folder."""

import re
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from types import TracebackType
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from labeling.formats.archive import is_inside

MOST_MEMBERS = 2_000_000
MOST_BYTES = 1 << 36
# JSON about empty images packs to a fiftieth; what packs better than this is made to fill memory.
MOST_RATIO, FREE_BYTES = 200, 1 << 28
# A member that is read whole.
MOST_AT_ONCE = 1 << 26
# Longer names are made to keep whoever searches them busy.
LONGEST_NAME = 1000
LINK = stat.S_IFLNK
# Folders that mean something; any other single folder at the top is only a name.
MEANT = re.compile(
    r"annotations|labels|images|masks|panoptic.*|gtFine|leftImg8bit|Annotations|JPEGImages|ImageSets"
    r"|Segmentation(Class|Object)|shards|crops|splits|plots|train|val|test|default",
    re.IGNORECASE,
)
BROKEN = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    UnicodeDecodeError,
)


class FileInvalid(ValueError):
    """A file that cannot be read at all; the message says why and what to do."""


class Malformed(ValueError):
    """An entry that cannot be read; the message is a sentence that goes on after the entry's name."""


class Opened:
    """A zip archive, or one file by itself, whose members are read by name.

    Names are as if a folder that holds everything were not there. Links are no members; `refused` has the
    names that lead elsewhere, which are no members either. Raises `FileInvalid` for archives that are broken,
    locked, or made to fill memory.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.refused: list[str] = []
        self._single: IO[bytes] | None = None
        self._members: dict[str, ZipInfo] = {}
        self._read = 0
        begins = file.read(4)
        file.seek(0, 2)
        self._size = max(file.tell(), 1)
        file.seek(0)
        # Some tools call a picture archive by another ending: what a file begins with decides.
        if begins[:2] != b"PK":
            self._single = file
            self.names = [PurePosixPath(name.replace("\\", "/")).name or "file"]
            return
        try:
            self._zip = ZipFile(file)
            self._take(self._zip.infolist())
        except BROKEN as error:
            raise FileInvalid(f"This archive is broken: {error}. Pack it again.") from error
        self.names = [*self._members]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._single is None:
            self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._members or (self._single is not None and name == self.names[0])

    @property
    def done(self) -> float:
        """How much of the archive was opened so far, 0..1."""
        if self._single is not None:
            return min(1.0, self._single.tell() / self._size)
        return min(1.0, self._read / self._size)

    def find(self, pattern: str) -> Iterator[re.Match[str]]:
        """Yield a match for each member whose whole name fits a pattern, in the archive's order."""
        fits = re.compile(pattern)
        return (match for name in self.names if (match := fits.fullmatch(name)))

    def read(self, name: str, most: int = MOST_AT_ONCE) -> bytes:
        """Return a member's content. Raises `Malformed` where it is missing, broken or larger than `most`."""
        with self.open(name) as member:
            content = member.read(most + 1)
        if len(content) > most:
            raise Malformed(f"is larger than {most >> 20} MB")
        return content

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member to be read once. Raises `Malformed` where it is missing, and while it is read."""
        if name not in self:
            raise Malformed("is not in the archive")
        try:
            if self._single is not None:
                self._single.seek(0)
                yield self._single
                return
            info = self._members[name]
            with self._zip.open(info) as member:
                yield member
            self._read += info.compress_size
        except BROKEN as error:
            raise Malformed(f"is broken: {error}") from error

    def _take(self, listed: list[ZipInfo]) -> None:
        if len(listed) > MOST_MEMBERS:
            raise FileInvalid(f"This archive has more than {MOST_MEMBERS:,} files. Divide it.")
        unpacked = sum(info.file_size for info in listed)
        if unpacked > MOST_BYTES or unpacked > FREE_BYTES + MOST_RATIO * self._size:
            raise FileInvalid(
                f"This archive would unpack to {unpacked >> 20:,} MB, which is no sound archive of its size. "
                "Pack it again, or divide it."
            )
        files = {}
        for info in listed:
            name = info.filename.replace("\\", "/")
            if info.is_dir() or stat.S_IFMT(info.external_attr >> 16) == LINK or _is_of_a_desktop(name):
                continue
            if not is_inside(name) or name in files or len(name) > LONGEST_NAME:
                self.refused.append(name)
                continue
            if info.flag_bits & 1:
                raise FileInvalid("This archive is locked with a password. Pack it without one.")
            if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise FileInvalid(
                    f"“{name}” is packed in a way that is not read here. Pack it as an ordinary zip."
                )
            files[name] = info
        root = _root(list(files))
        self._members = {name.removeprefix(root): info for name, info in files.items()}


def _root(names: list[str]) -> str:
    """Return the folders, with a slash at the end, that hold everything and say nothing."""
    root = ""
    while names:
        first, slash, _ = names[0].removeprefix(root).partition("/")
        deeper = f"{root}{first}/"
        if not slash or MEANT.fullmatch(first) or not all(name.startswith(deeper) for name in names):
            break
        root = deeper
    return root


def _is_of_a_desktop(name: str) -> bool:
    parts = name.split("/")
    return parts[0] == "__MACOSX" or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")
