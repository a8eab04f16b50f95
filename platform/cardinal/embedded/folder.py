"""The data folder: what lies where, who may use it, and the lock that keeps it to one supervisor."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.identity import Identity

MINIMUM_FREE_MB = 256
_LOG_LIMIT_BYTES = 5_000_000
_LOGS_KEPT = 3
# The kernel's sockaddr_un holds 108 bytes on Linux, 104 on macOS, with a closing zero.
_SOCKET_PATH_LIMIT = 103
_LONGEST_SOCKET_NAME = len("/run/.s.PGSQL.5432.lock")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+@-]+")


@dataclass(frozen=True)
class DataFolder:
    """Paths inside one data folder. All of Cardinal's state on this machine is under `root`."""

    root: Path

    @property
    def logs(self) -> Path:
        """One log file per child."""
        return self.root / "logs"

    @property
    def postgres(self) -> Path:
        """The database cluster."""
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        """The broker's append-only file."""
        return self.root / "valkey"

    @property
    def records(self) -> Path:
        """Which processes run for this folder."""
        return self.root / "children.json"

    @property
    def prepared(self) -> Path:
        """With which code the database was last brought up to date."""
        return self.root / "prepared"

    @property
    def lock(self) -> Path:
        """Held by the supervisor; tells a second one who that is."""
        return self.root / "supervisor.lock"

    def announce(self, address: str) -> None:
        """Write down who we are and where we serve, for the eyes of a second supervisor."""
        self.lock.write_text(json.dumps({"pid": os.getpid(), "address": address}), encoding="utf-8")

    def log(self, name: str) -> Path:
        """The log file of the child `name`."""
        return self.logs / f"{name}.log"

    def make_sockets(self, identity: Identity) -> Path:
        """Make the folder for unix sockets, open to us and to `identity` alone, and return it.

        It is inside the data folder unless its path would be too long, or too odd, for a socket.
        """
        base = self.root
        longest = len(os.fsencode(base)) + _LONGEST_SOCKET_NAME
        if longest > _SOCKET_PATH_LIMIT or not _PLAIN_PATH.fullmatch(str(base)):
            name = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
            base = _private_folder(Path("/tmp", f"cardinal-{os.geteuid()}-{name}"))  # noqa: S108 - checked
        sockets = base / "run"
        sockets.mkdir(mode=0o700, exist_ok=True)
        os.chown(sockets, *identity.owner)
        return sockets

    def remove_sockets(self, sockets: Path) -> None:
        """Clean up after a stop: a folder outside the data folder would stay for ever."""
        if sockets.parent != self.root:
            shutil.rmtree(sockets.parent, ignore_errors=True)

    def secret_key(self) -> str:
        """The key that signs sessions; made once, readable by its owner alone."""
        path = self.root / "secret_key"
        with suppress(FileNotFoundError):
            return path.read_text(encoding="ascii").strip()
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        fresh.rename(path)
        return path.read_text(encoding="ascii").strip()

    def rotate_logs(self) -> None:
        """Move logs that grew past a few megabytes aside, keeping the last three of each."""
        for log in self.logs.glob("*.log"):
            if log.stat().st_size <= _LOG_LIMIT_BYTES:
                continue
            for number in range(_LOGS_KEPT, 1, -1):
                with suppress(FileNotFoundError):
                    log.with_suffix(f".log.{number - 1}").rename(log.with_suffix(f".log.{number}"))
            log.rename(log.with_suffix(".log.1"))


@contextmanager
def opened_data_folder(root: Path) -> Iterator[DataFolder]:
    """Make the folder ready and hold it alone until the block is left.

    Raises EmbeddedError when it cannot be written, the disk is full, or another supervisor holds it.
    """
    folder = DataFolder(root)
    try:
        if not root.exists():
            root.mkdir(mode=0o700, parents=True)
        lock = os.open(folder.lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(root, error) from error
    try:
        _take(lock, root)
        folder.announce("still starting")
        _check_space(root)
        folder.logs.mkdir(mode=0o700, exist_ok=True)
        folder.rotate_logs()
        yield folder
    except PermissionError as error:
        raise _unusable(root, error) from error
    finally:
        os.close(lock)


def hand_over(path: Path, identity: Identity) -> None:
    """Give a folder of a server, with all in it, to the account that the server runs as.

    Raises EmbeddedError when it belongs to someone else and we may not change that.
    """
    if not path.exists() or path.stat().st_uid == identity.owner[0]:
        return
    if os.geteuid() != 0:
        raise EmbeddedError(
            f"{path} belongs to user id {path.stat().st_uid}, as whom Cardinal was started before; "
            "start it as that user again, or set CARDINAL_DATA to another folder."
        )
    for parent, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(os.path.join(parent, name), *identity.owner, follow_symlinks=False)
    os.chown(path, *identity.owner)


def _take(lock: int, root: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder: dict[str, object] = {}
        with suppress(ValueError):
            holder = json.loads(os.pread(lock, 4096, 0))
        raise EmbeddedError(
            f"Cardinal already runs with the data folder {root} (process {holder.get('pid', 'unknown')}, "
            f"{holder.get('address', 'still starting')}); "
            "use that one, stop it, or set CARDINAL_DATA to another folder."
        ) from None


def _check_space(root: Path) -> None:
    free_mb = shutil.disk_usage(root).free // 1_000_000
    if free_mb < MINIMUM_FREE_MB:
        raise EmbeddedError(
            f"Only {free_mb} MB are free on the disk of {root}, and Cardinal needs {MINIMUM_FREE_MB} MB "
            "to start; free some space, or set CARDINAL_DATA to a folder on another disk."
        )


def _unusable(root: Path, error: OSError) -> EmbeddedError:
    where = error.filename or root
    return EmbeddedError(
        f"The data folder {root} cannot be used ({error.strerror}: {where}); "
        "make it writable for this user, or set CARDINAL_DATA to another folder."
    )


def _private_folder(path: Path) -> Path:
    """Make or check a folder in a place where everybody may write: ours, no link, closed to others."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise EmbeddedError(
            f"{path} is not a private folder of this user; remove it, or set CARDINAL_DATA to a shorter path."
        )
    return path
