"""Archives that are the same bytes for the same content, written member by member, never whole in memory."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import IO, BinaryIO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

# The earliest moment that a zip file can name.
MOMENT = (1980, 1, 1, 0, 0, 0)
MANIFEST = "manifest.json"
COMPRESSED = (".png", ".jpg", ".jpeg", ".webp", ".parquet", ".tar")


class Archive:
    """A zip archive whose members have no time, no owner and one set of rights.

    `manifest` gathers what the last member says: the hash and size of each other one.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._zip = ZipFile(target, "w")
        self.members: dict[str, dict[str, object]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def write(self, name: str, content: bytes | str) -> None:
        """Write a whole member."""
        with self.open(name) as member:
            member.write(content.encode() if isinstance(content, str) else content)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member to be written. Raises `ValueError` for a name that is taken or leads elsewhere."""
        parts = name.split("/")
        if (
            name in self.members
            or "" in parts
            or ".." in parts
            or "." in parts
            or "\\" in name
            or ":" in name
        ):
            raise ValueError(f"{name!r} is no name for a member of this archive.")
        info = ZipInfo(name, date_time=MOMENT)
        info.compress_type = ZIP_STORED if name.lower().endswith(COMPRESSED) else ZIP_DEFLATED
        # What made it differs from system to system, and so would the bytes.
        info.create_system = 3
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as member:
            witness = _Witness(member)
            # It has what those who write need of a file: write, flush, and that it is open.
            yield witness  # type: ignore[misc]
        self.members[name] = {"sha256": witness.digest.hexdigest(), "bytes": witness.size}

    def close_with(self, manifest: dict[str, object]) -> None:
        """Write the manifest, which names every member written before it."""
        files = dict(sorted(self.members.items()))
        text = json.dumps({**manifest, "files": files}, ensure_ascii=False, indent=1, sort_keys=True)
        self.write(MANIFEST, text + "\n")


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
