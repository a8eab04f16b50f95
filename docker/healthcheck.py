"""Answers one question for the container engine: does the process in this container do its work?

Usage: `python healthcheck.py web | worker-segment | worker-default | worker-train | beat`. Exit status 0
means yes; 1 means no, and the reason is on standard output, where `docker inspect` shows it.
"""

import os
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path

# Beat gives a sign of life in each round, at least once a minute; heartbeat.py does it.
BEAT_SILENCE_SECONDS = 150.0
BEAT_SIGN = Path("/tmp/beat-alive")  # noqa: S108 - the container has one process and no other users


def accepted_host(allowed: str) -> str:
    """Return a host name that the site answers to, out of `CARDINAL_ALLOWED_HOSTS`.

    The check comes in over the loopback address, which a site rightly does not list.
    """
    first = allowed.split(",", 1)[0].strip()
    return "localhost" if first in {"", "*"} else first.removeprefix(".")


def web(*, port: int = 8000, timeout: float = 4.0) -> str:
    """Return "" when `/healthz` answers 200, else the reason."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(
            "GET", "/healthz", headers={"Host": accepted_host(os.environ.get("CARDINAL_ALLOWED_HOSTS", ""))}
        )
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"/healthz gave no answer: {error!r}"
    finally:
        connection.close()
    return "" if status == 200 else f"/healthz answered {status}"


def worker(queue: str, *, timeout: float = 5.0) -> str:
    """Return "" when this container's worker of the queue answers a ping over the broker, else the reason."""
    from celery import Celery  # noqa: PLC0415 - the other checks start without it

    name = f"{queue}@{socket.gethostname()}"
    broker = os.environ.get("BROKER_URL", "").replace("unix://", "redis+socket://", 1)
    app = Celery(broker=broker)
    app.conf.broker_transport_options = {"socket_connect_timeout": 2, "socket_timeout": timeout}
    try:
        answers = app.control.ping(destination=[name], timeout=timeout)
    except Exception as error:  # each driver has errors of its own, and all of them mean "no"
        return f"the broker cannot be reached: {error!r}"
    return "" if answers else f"{name} did not answer a ping within {timeout:g} s"


def beat(*, sign: Path = BEAT_SIGN, now: Callable[[], float] = time.time) -> str:
    """Return "" when beat did a round lately, else the reason."""
    try:
        silence = now() - sign.stat().st_mtime
    except FileNotFoundError:
        return "beat has not done a round yet"
    return "" if silence <= BEAT_SILENCE_SECONDS else f"beat has not done a round for {silence:.0f} s"


CHECKS: dict[str, Callable[[], str]] = {
    "web": web,
    "worker-segment": partial(worker, "segment"),
    "worker-default": partial(worker, "default"),
    "worker-train": partial(worker, "train"),
    "beat": beat,
}


def main(arguments: list[str]) -> int:
    """Run the check that the one argument names; return the exit status."""
    if len(arguments) != 1 or arguments[0] not in CHECKS:
        sys.stdout.write(f"usage: healthcheck.py {' | '.join(CHECKS)}\n")
        return 1
    reason = CHECKS[arguments[0]]()
    if reason:
        sys.stdout.write(f"{reason}\n")
    return int(bool(reason))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
