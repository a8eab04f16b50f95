"""Throwaway Postgres and Valkey for tests and measurements."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.identity import choose_identity
from cardinal.embedded.postgres import Postgres, program
from cardinal.embedded.process import ChildSpec, last_line, spawn, stop, wait_until
from cardinal.embedded.valkey import Valkey

_START_TIMEOUT_S = 60.0


class ServiceUrls(NamedTuple):
    """Where the services answer: values for DATABASE_URL and BROKER_URL."""

    database_url: str
    broker_url: str


@contextmanager
def embedded_services() -> Iterator[ServiceUrls]:
    """Real Postgres and Valkey in a fresh folder under the temporary directory; both are gone afterwards.

    Start them from the main thread: they end with the thread that started them, even when it is killed.
    Raises EmbeddedError when one does not start.
    """
    # A short place: the path of a unix socket may have 107 bytes, and TMPDIR may be longer by itself.
    base = Path(tempfile.mkdtemp(prefix="cardinal-", dir="/tmp"))
    running: list[tuple[ChildSpec, subprocess.Popen[bytes]]] = []
    try:
        identity = choose_identity(program=program("postgres"), folder=base)
        sockets = base / "run"
        sockets.mkdir(mode=0o700)
        os.chown(sockets, *identity.owner)
        postgres = Postgres(base / "postgres", sockets, base / "postgres.log", identity, throwaway=True)
        valkey = Valkey(base / "valkey", sockets, base / "valkey.log", identity, throwaway=True)
        postgres.prepare()
        valkey.prepare()
        for spec in (postgres.spec(), valkey.spec()):
            running.append((spec, spawn(spec)))
        _wait_ready(running)
        yield ServiceUrls(postgres.url, valkey.url)
    finally:
        for spec, process in reversed(running):
            stop(process, stop_signal=spec.stop_signal, grace_s=spec.stop_grace_s)
        shutil.rmtree(base, ignore_errors=True)


def _wait_ready(running: Sequence[tuple[ChildSpec, subprocess.Popen[bytes]]]) -> None:
    for spec, process in running:

        def settled(spec: ChildSpec = spec, process: subprocess.Popen[bytes] = process) -> bool:
            return process.poll() is not None or spec.is_ready is None or spec.is_ready(process.pid)

        if not wait_until(settled, timeout_s=_START_TIMEOUT_S) or process.returncode is not None:
            raise EmbeddedError(f"{spec.name} did not start: {last_line(spec.log)}")
