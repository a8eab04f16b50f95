"""Serving Cardinal on one machine: database, broker, web server and workers under one supervisor."""

from __future__ import annotations

import http.client
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cardinal.embedded.children import Platform, platform_environment
from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.folder import DataFolder, hand_over, opened_data_folder
from cardinal.embedded.identity import choose_identity
from cardinal.embedded.postgres import Postgres, program
from cardinal.embedded.prepared import Prepared
from cardinal.embedded.records import Records, end_left_over
from cardinal.embedded.services import ServiceUrls
from cardinal.embedded.supervisor import RestartPolicy, Supervisor
from cardinal.embedded.valkey import Valkey

_HOST = "127.0.0.1"
_SERVICES_TIMEOUT_S = 120.0
_READY_TIMEOUT_S = 180.0


@dataclass(frozen=True)
class Options:
    """What `serve` takes from the environment."""

    data: Path
    port: int
    segment_processes: int


def serve(options: Options) -> None:
    """Serve until told to stop, which raises StopRequestedError.

    Raises EmbeddedError for what a person must mend.
    """
    began = time.monotonic()
    with opened_data_folder(options.data) as folder, opened_listener(options.port) as listener:
        port = int(listener.getsockname()[1])
        address = f"http://{_HOST}:{port}"
        folder.announce(address)
        say(f"Cardinal is starting; its data is in {folder.root}")
        with running_services(folder, report=say) as (supervisor, urls):
            platform = Platform(folder, platform_environment(folder=folder, urls=urls, port=port))
            prepared = Prepared(folder.prepared, database_url=urls.database_url)
            if not prepared.holds():
                supervisor.run_to_end(platform.prepare())
                prepared.remember()
            supervisor.start(
                platform.web(listener_fd=listener.fileno()),
                platform.segment_worker(processes=options.segment_processes),
            )
            _wait_until_ready(supervisor, port=port, folder=folder)
            # Nobody waits for these; starting them earlier would only delay the others.
            supervisor.start(platform.default_worker(), platform.train_worker(), platform.beat())
            say(f"Cardinal is ready after {time.monotonic() - began:.1f} s: {address}")
            say("Sign in as admin, reviewer or annotator with the password demo. Stop with Ctrl-C.")
            supervisor.run()


@contextmanager
def running_services(
    folder: DataFolder, *, report: Callable[[str], None], policy: RestartPolicy | None = None
) -> Iterator[tuple[Supervisor, ServiceUrls]]:
    """Postgres and Valkey of a data folder, under a supervisor that more children can be given to.

    Leaving the block stops everything.
    """
    records = Records(folder.records)
    end_left_over(records, marker=f"CARDINAL_DATA={folder.root}", report=report)
    identity = choose_identity(program=program("postgres"), folder=folder.root)
    sockets = folder.make_sockets(identity)
    postgres = Postgres(folder.postgres, sockets, folder.log("postgres"), identity)
    valkey = Valkey(folder.valkey, sockets, folder.log("valkey"), identity)
    try:
        with Supervisor(records=records, report=report, policy=policy) as supervisor:
            for path in (folder.postgres, folder.valkey):
                hand_over(path, identity)
            postgres.prepare()
            valkey.prepare()
            supervisor.start(postgres.spec(), valkey.spec())
            supervisor.wait_ready(timeout_s=_SERVICES_TIMEOUT_S)
            yield supervisor, ServiceUrls(postgres.url, valkey.url)
    finally:
        folder.remove_sockets(sockets)


def options_from_environment(data: Path) -> Options:
    """Read CARDINAL_PORT and CARDINAL_SEGMENT_PROCESSES. Raises EmbeddedError for a wrong one."""
    return Options(
        data=data,
        port=_number("CARDINAL_PORT", default=8000, lowest=0, highest=65535),
        segment_processes=_number("CARDINAL_SEGMENT_PROCESSES", default=1, lowest=1, highest=64),
    )


def say(line: str) -> None:
    """Tell the console."""
    _tell(sys.stdout, line)


def _number(name: str, *, default: int, lowest: int, highest: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise EmbeddedError(f"{name} is {text!r}; set it to a whole number from {lowest} to {highest}.")
    return int(text)


@contextmanager
def opened_listener(port: int) -> Iterator[socket.socket]:
    """A listening socket on the loopback address, taken before anything else may take it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it. The server takes a socket it is handed for no TCP one and would not set it,
        # and without it each answer waits 40 ms for the browser to confirm its first half.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listener.bind((_HOST, port))
            listener.listen(512)
        except OSError as error:
            raise EmbeddedError(
                f"Port {port} cannot be used ({error.strerror}); stop the program that holds it, "
                "or choose another one, for example CARDINAL_PORT=8123."
            ) from error
        yield listener


def _wait_until_ready(supervisor: Supervisor, *, port: int, folder: DataFolder) -> None:
    answer = "no answer yet"

    def ready() -> bool:
        nonlocal answer
        connection = http.client.HTTPConnection(_HOST, port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            answer = f"{response.status} {response.read(500).decode('utf-8', 'replace')}".strip()
            return response.status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    if not supervisor.wait_for(ready, timeout_s=_READY_TIMEOUT_S, every_s=0.1):
        raise EmbeddedError(
            f"Cardinal was not ready within {_READY_TIMEOUT_S:.0f} s (/readyz: {answer}); see {folder.logs}."
        )


def report_error(message: str) -> None:
    """Tell what a person has to mend, on standard error."""
    _tell(sys.stderr, f"cardinal: {message}")


def _tell(stream: TextIO, line: str) -> None:
    """Print a line; a console that has gone away is no reason to stop."""
    try:
        print(line, file=stream, flush=True)
    except OSError:
        # What could not be said stays in the stream's buffer, and Python ends with 120 when it cannot say it
        # at the end either: let it and all that follows go nowhere.
        with suppress(OSError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
