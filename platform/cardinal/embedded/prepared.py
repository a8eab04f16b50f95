"""Whether the database was already brought up to date with this very code: then a start need not ask Django.

Asking costs a second or two of start-up: a whole Django process that, nearly always, finds nothing to do.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from cardinal.embedded.postgres import program

_ROOT = Path(__file__).resolve().parents[3]
_SOURCES = ("platform/cardinal/**/migrations/*.py", "labeling/migrations/*.py", "labeling/services/demo.py")
_APPLIED = "SELECT md5(string_agg(app || name || applied, ',' ORDER BY id)) FROM django_migrations"


class Prepared:
    """A note in the data folder: code and database as they were when `manage.py prepare` last succeeded."""

    def __init__(self, note: Path, *, database_url: str) -> None:
        self._note = note
        self._database_url = database_url

    def holds(self) -> bool:
        """True when neither the code nor the applied migrations have changed since."""
        state = self._state()
        try:
            return state is not None and self._note.read_text(encoding="ascii") == state
        except OSError:
            return False

    def remember(self) -> None:
        """Write down the present state."""
        state = self._state()
        if state is not None:
            self._note.write_text(state, encoding="ascii")

    def _state(self) -> str | None:
        """None when the database has no migrations yet, or does not answer."""
        done = subprocess.run(
            [program("psql"), "-XAtq", "-d", self._database_url, "-c", _APPLIED],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        applied = done.stdout.strip()
        return f"{_code_digest()} {applied}" if done.returncode == 0 and applied else None


def _code_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _SOURCES for path in _ROOT.glob(pattern)}):
        digest.update(f"{path.relative_to(_ROOT)}\0".encode() + path.read_bytes())
    digest.update("\n".join(_installed()).encode())
    return digest.hexdigest()


def _installed() -> Iterator[str]:
    """Name and version of each package: some bring migrations of their own."""
    return iter(
        sorted(name for name in os.listdir(sysconfig.get_path("purelib")) if name.endswith(".dist-info"))
    )
