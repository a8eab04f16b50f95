"""Starting one child process so that it cannot outlive its parent unnoticed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.identity import Identity, child_setup, same_identity


@dataclass(frozen=True)
class ChildSpec:
    """One child of the supervisor: what to run, as whom, and how to begin and end it.

    `stop_signal` asks it to finish; after `stop_grace_s` seconds it is killed. Children of a higher
    `stop_stage` are stopped before those of a lower one. `death_signal` reaches it when the supervisor dies
    without having stopped it; if it runs on even so, the next supervisor stops it, with `orphan_grace_s`
    seconds before it is killed. `before_start` runs ahead of every start, restarts too. `is_ready` is asked
    with the process id until it answers True. One that `runs_to_end` is meant to finish by itself. `niceness`
    above 0 leaves the processor to the others first.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    stop_signal: int = signal.SIGTERM
    stop_grace_s: float = 10.0
    stop_stage: int = 2
    orphan_grace_s: float = 2.0
    death_signal: int = signal.SIGTERM
    identity: Identity = field(default_factory=same_identity)
    pass_fds: tuple[int, ...] = ()
    niceness: int = 0
    before_start: Callable[[], None] | None = None
    is_ready: Callable[[int], bool] | None = None
    runs_to_end: bool = False


def spawn(spec: ChildSpec) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, its output appended to its log file.

    Call it from a thread that lives as long as the child should: the kernel ties `death_signal` to it.
    Raises EmbeddedError when it cannot be started.
    """
    if spec.before_start is not None:
        spec.before_start()
    try:
        return _popen(spec)
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedError(f"{spec.name} could not be started: {error}.") from error


def _popen(spec: ChildSpec) -> subprocess.Popen[bytes]:
    with open(spec.log, "ab", buffering=0) as log:
        return subprocess.Popen(
            spec.argv,
            env=dict(spec.env),
            cwd=spec.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=spec.pass_fds,
            preexec_fn=child_setup(  # noqa: PLW1509 - the callers have one thread
                spec.identity, death_signal=spec.death_signal, extra=lambda: be_nice(spec.niceness)
            ),
        )


def be_nice(niceness: int) -> None:
    """Leave the processor to others first; for a process that has just begun a session of its own.

    Linux may weigh sessions against each other and niceness only within one, so the session is told as well.
    """
    os.nice(niceness)
    if niceness > 0:
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")


def stop(
    process: subprocess.Popen[bytes] | subprocess.Popen[str], *, stop_signal: int, grace_s: float
) -> bool:
    """Ask a child to end, kill it when it does not, and take what is left of its group along.

    Returns True when it ended by itself within `grace_s` seconds.
    """
    with suppress(ProcessLookupError):
        process.send_signal(stop_signal)
    try:
        process.wait(grace_s)
        ended = True
    except subprocess.TimeoutExpired:
        ended = False
    kill_group(process.pid)
    process.wait()
    return ended


def kill_group(leader: int) -> None:
    """Kill all that is left in the process group of a child that `spawn` started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def wait_until(condition: Callable[[], bool], *, timeout_s: float, every_s: float = 0.02) -> bool:
    """Ask `condition` again and again until it holds; False when `timeout_s` seconds went by without."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every_s)
    return True


def last_line(log: Path, *, otherwise: str = "it said nothing") -> str:
    """The last line that a child wrote, to quote in an error message."""
    try:
        with open(log, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 4096))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return otherwise
    return next((line.strip() for line in reversed(lines) if line.strip()), otherwise)
