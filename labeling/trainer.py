"""The other door to `ml`: its training command as a process, watched, stopped, and gone when we are."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from cardinal.embedded.identity import end_with_parent
from cardinal.embedded.process import be_nice
from cardinal.embedded.process import stop as stop_child

# What `python -m ml finetune` says with its exit status.
DONE, INTERRUPTED = 0, 130
# So much of what a process wrote to standard error is kept for people to read.
LOG_CHARACTERS = 20_000
LOWEST = 19
WEIGHTS = ".safetensors"
NO_ML = "This worker has no model to start from. An admin of this site has to install Cardinal whole."
KILLED = "The training was killed, most likely because memory ran out. Free some, then try again."
ENDED = "The training ended without saying why. Its log may tell; try again, or tell an admin of this site."


def bundled_weights(predictor: str) -> Path:
    """Return the weights that a project without a version of its own is trained from.

    They are those that answer its clicks, where `predictor` (the setting) is a weights file; else the ones
    that come with Cardinal.
    """
    named = Path(predictor)
    if named.suffix == WEIGHTS and named.is_file():
        return named
    found = find_spec("ml")
    if found is None or found.origin is None:
        raise TrainingFailed("start_unavailable", NO_ML, "")
    return Path(found.origin).with_name("weights") / f"default{WEIGHTS}"


class TrainingFailed(Exception):
    """A run that was neither done nor stopped. `code` is for programs, the message for people."""

    def __init__(self, code: str, message: str, log: str) -> None:
        super().__init__(message)
        self.code, self.log = code, log


@dataclass
class Training:
    """A running training command.

    Attributes:
        program: what is run; the folder of the job is its last argument.
        grace_s: seconds between asking it to stop and killing it.
    """

    folder: Path
    program: tuple[str, ...] = (sys.executable, "-m", "ml", "finetune", "--json")
    grace_s: float = 20.0
    _tail: list[str] = field(default_factory=list)

    @property
    def log(self) -> str:
        """The end of what the process has written for people."""
        return "".join(self._tail)[-LOG_CHARACTERS:]

    def run(self, listener: Callable[[dict[str, Any]], None], stop: Callable[[], bool]) -> bool:
        """Run to the end; return False when `stop`, asked about once a second, answered yes.

        `listener` hears each line of progress. Raises `TrainingFailed`.
        """
        process = subprocess.Popen(  # noqa: S603 - the program is ours, the folder a number
            [*self.program, str(self.folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_give_way,  # noqa: PLW1509 - a worker's process has one thread
        )
        said: dict[str, Any] = {}
        stopped = False
        try:
            for line in self._lines(process):
                if line is not None:
                    said = _parsed(line) or said
                    listener(said)
                if stop():
                    stopped = True
                    break
        finally:
            status = self._end(process)
        return self._outcome(status, said, stopped=stopped)

    def _lines(self, process: "subprocess.Popen[str]") -> Iterator[str | None]:
        """Yield what it says, and None every second in which it says nothing."""
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_feed, args=(process.stdout, lines), daemon=True).start()
        threading.Thread(target=self._keep, args=(process.stderr,), daemon=True).start()
        while True:
            try:
                line = lines.get(timeout=1.0)
            except queue.Empty:
                yield None
                continue
            if line is None:
                return
            yield line

    def _keep(self, stream: IO[str]) -> None:
        for line in stream:
            self._tail.append(line)
            del self._tail[:-400]

    def _end(self, process: "subprocess.Popen[str]") -> int:
        """Wait for a process that is over, or stop one that is not; return its status."""
        with suppress(subprocess.TimeoutExpired):
            return process.wait(1.0)
        stop_child(process, stop_signal=signal.SIGTERM, grace_s=self.grace_s)
        return int(process.returncode)

    def _outcome(self, status: int, said: dict[str, Any], *, stopped: bool) -> bool:
        if stopped or status == INTERRUPTED:
            return False
        if status == DONE and said.get("phase") == "done":
            return True
        if said.get("phase") == "failed":
            raise TrainingFailed(str(said.get("code"))[:40], str(said.get("message"))[:500], self.log)
        if status == -signal.SIGKILL:
            raise TrainingFailed("killed", KILLED, self.log)
        raise TrainingFailed("ended", ENDED, self.log)


def _feed(stream: IO[str], lines: "queue.Queue[str | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _parsed(line: str) -> dict[str, Any] | None:
    """Return a line of progress; None for what is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _give_way() -> None:
    """In the new process: end when the parent does, and leave the processor to everybody else."""
    end_with_parent(signal.SIGKILL)
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    be_nice(LOWEST)
