"""Model versions' files on this machine: fetched from the storage once, checked, and used from then on."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from labeling.models import ModelVersion

WEIGHTS, EXPORTED = "weights.safetensors", "weights.onnx"
BLOCK = 1 << 20
# So many versions are kept on a machine; the one that was longest not loaded goes first.
MOST_KEPT = 24


class FilesUnavailable(Exception):
    """A version's files are gone, or are not those that its row names."""


@dataclass(frozen=True, slots=True)
class VersionFiles:
    """What serving has to know of a version. `title` is for people, `identity` is what its answers bear."""

    title: str
    identity: str
    sha256: str
    weights_key: str
    exported_key: str
    byte_size: int


def files_of(version: ModelVersion) -> VersionFiles:
    """Return a version's files."""
    return VersionFiles(
        title=f"“{version.name}” (version {version.number})",
        identity=version.identity,
        sha256=version.sha256,
        weights_key=version.weights_key,
        exported_key=version.exported_key,
        byte_size=version.byte_size,
    )


@contextmanager
def local_weights(files: VersionFiles) -> Iterator[Path]:
    """Give the weights file of a version on this machine, its export beside it, while they are being read.

    Whoever comes second waits for the first. Raises `FilesUnavailable`, and what storage and disk raise.
    """
    root = Path(settings.MODEL_CACHE_ROOT)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = root / files.sha256
        if not folder.is_dir():
            _fetch(files, folder)
            _forget_oldest(root, keep=folder)
        os.utime(folder)
        yield folder / WEIGHTS


def forget_local(files: VersionFiles) -> None:
    """Remove a version's files from this machine: the next use fetches them again."""
    shutil.rmtree(Path(settings.MODEL_CACHE_ROOT) / files.sha256, ignore_errors=True)


def _fetch(files: VersionFiles, folder: Path) -> None:
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    try:
        sha256 = _copy(files.weights_key, part / WEIGHTS)
        if sha256 != files.sha256:
            raise FilesUnavailable(f"{files.weights_key} is damaged: its content is not that of its name.")
        _copy(files.exported_key, part / EXPORTED)
        part.rename(folder)
    except FileNotFoundError as error:
        raise FilesUnavailable(f"A file of {files.weights_key} is not in the storage any more.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _copy(key: str, target: Path) -> str:
    """Copy a file out of the storage; return the hash of its content."""
    digest = hashlib.sha256()
    with default_storage.open(key, "rb") as source, target.open("wb") as copy:
        while block := source.read(BLOCK):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


def _forget_oldest(root: Path, *, keep: Path) -> None:
    folders = [path for path in root.iterdir() if path.is_dir()]
    folders.sort(key=lambda path: path.stat().st_mtime)
    for folder in folders[: max(len(folders) - MOST_KEPT, 0)]:
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)
