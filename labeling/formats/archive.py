"""Archives that are the same bytes for the same content, written member by member, never whole in memory."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, BinaryIO, Self, TextIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

# The earliest moment that a zip file can name.
MOMENT = (1980, 1, 1, 0, 0, 0)
MANIFEST = "manifest.json"
# Packed already: packing again takes time and saves nothing.
PACKED = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".parquet", ".tar")
BLOCK = 1 << 20


class Archive:
    """A zip archive whose members have no time, no owner and one set of rights.

    Its last member is a manifest that names each other one with its hash and size.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._zip = ZipFile(target, "w")
        # A million members are too many for a list in memory.
        self._listed = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._listed.close()

    def write(self, name: str, content: bytes | str) -> None:
        """Write a whole member."""
        with self.open(name) as member:
            member.write(content.encode() if isinstance(content, str) else content)

    def write_lines(self, name: str, lines: Iterable[str]) -> None:
        """Write a member of lines; each ends with a line feed."""
        with self.open(name) as member:
            for line in lines:
                member.write(f"{line}\n".encode())

    def copy(self, name: str, source: BinaryIO) -> None:
        """Write a member from an open file, block by block."""
        with self.open(name) as member:
            shutil.copyfileobj(source, member, BLOCK)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member to be written. Raises `ValueError` for a name that is taken or leads elsewhere."""
        if name in self._zip.NameToInfo or not is_inside(name):
            raise ValueError(f"{name!r} is no name for a member of this archive.")
        info = ZipInfo(name, date_time=MOMENT)
        info.compress_type = ZIP_STORED if name.lower().endswith(PACKED) else ZIP_DEFLATED
        # What made it differs from system to system, and so would the bytes.
        info.create_system = 3
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as member:
            witness = _Witness(member)
            # It has what those who write need of a file: write, flush, and that it is open.
            yield witness  # type: ignore[misc]
        if name != MANIFEST:
            entry = {"sha256": witness.digest.hexdigest(), "bytes": witness.size}
            comma = "," if self._count else ""
            self._listed.write(
                f"{comma}\n  {json.dumps(name, ensure_ascii=False)}: {json.dumps(entry, sort_keys=True)}"
            )
            self._count += 1

    def close_with(self, manifest: Mapping[str, object]) -> None:
        """Write the manifest, which names every member written before it in the order of writing."""
        text = json.dumps({**manifest, "files": {}}, ensure_ascii=False, indent=1)
        before = text.rindex("{}")
        self._listed.seek(0)
        with self.open(MANIFEST) as member:
            member.write(f"{text[:before]}{{".encode())
            while block := self._listed.read(BLOCK):
                member.write(block.encode())
            member.write(b"\n }\n}\n" if self._count else b"}\n}\n")


class Waiting:
    """Texts by name that wait in temporary files until the members they belong to can be written."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._files: dict[str, TextIO] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def add(self, name: str, text: str, between: str = "") -> None:
        """Add a text, with what stands between two of them."""
        if name in self._files:
            self._files[name].write(between + text)
        else:
            waiting = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115
            file = self._stack.enter_context(waiting)
            file.write(text)
            self._files[name] = file

    def pour(self, name: str, member: IO[bytes]) -> None:
        """Write all texts of a name to a member; none where nothing was added."""
        if name not in self._files:
            return
        self._files[name].seek(0)
        while block := self._files[name].read(BLOCK):
            member.write(block.encode())


def is_inside(name: str) -> bool:
    """Say whether a member's name stays in its archive's folder, in every system."""
    parts = name.split("/")
    return not ({"", ".", ".."} & set(parts) or "\\" in name or ":" in name or "\x00" in name)


class _Witness:
    """A file that remembers the hash of what was written to it."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest, self.size = hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        self.size += len(content)
        return self._file.write(content)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing: the archive closes its members itself."""
