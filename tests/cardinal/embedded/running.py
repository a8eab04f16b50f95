"""Starting a supervisor as a real process, hearing what it says, and seeing what it leaves behind."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import psutil

from cardinal.embedded.records import start_mark

PATIENCE_S = 120.0
HOUSE = Path(__file__).with_name("house.py")


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait with much patience for something that happens in another process."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def runs(pid: int) -> bool:
    """True while the process exists and is no zombie."""
    return start_mark(pid) is not None


def toy(name: str, script: str = "import time; time.sleep(1000)", **more: object) -> dict[str, object]:
    """One child of a plan; it sleeps unless told otherwise."""
    return {"name": name, "script": script, **more}


class Running:
    """A supervisor process. Leaving the block stops it and whatever the data folder still names."""

    def __init__(self, argv: Sequence[str], data: Path, env: dict[str, str] | None = None) -> None:
        self.data = data
        # What the test session set for itself is no business of a supervisor that a person would start. Nor
        # is whether Python holds its output back, which decides what a closed console leaves behind.
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("CARDINAL_") and name != "PYTHONUNBUFFERED"
        }
        self.process = subprocess.Popen(
            argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=inherited | (env or {})
        )
        self.errors = ""
        self.lines: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read_lines),
            threading.Thread(target=self._read_errors),
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.wait()
        for row in self.recorded():
            with suppress(ProcessLookupError):
                os.kill(row["pid"], signal.SIGKILL)

    def wait_line(self, part: str) -> str:
        """The next line on standard output that contains `part`."""
        while True:
            line = self._queue.get(timeout=PATIENCE_S)
            assert line is not None, f"it ended without saying {part!r}: {self.lines} {self.errors}"
            self.lines.append(line)
            if part in line:
                return line

    def wait(self) -> int:
        """Wait for its end and take in all it said."""
        code = self.process.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        with suppress(queue.Empty):
            while (line := self._queue.get_nowait()) is not None:
                self.lines.append(line)
        return code

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end. Returns the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def close_console(self) -> None:
        """Stop listening to its standard output, as a closed terminal does."""
        assert self.process.stdout is not None
        # Closing a file that another thread reads is not safe; putting something else in its place is.
        with open(os.devnull, "rb") as nowhere:
            os.dup2(nowhere.fileno(), self.process.stdout.fileno())

    def recorded(self) -> list[dict[str, Any]]:
        """The running children, as the data folder names them."""
        try:
            rows: list[dict[str, Any]] = json.loads((self.data / "children.json").read_text())
        except (FileNotFoundError, NotADirectoryError):
            return []
        return rows

    def pid(self, name: str) -> int:
        """The process id of a child."""
        return next(int(row["pid"]) for row in self.recorded() if row["name"] == name)

    def tree(self) -> list[int]:
        """The supervisor and all below it."""
        return [
            self.process.pid,
            *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True)),
        ]

    def _read_lines(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()


def house(data: Path, *children: dict[str, object], **plan: object) -> Running:
    """Start the toy house on a data folder."""
    text = json.dumps({"children": children, **plan})
    return Running([sys.executable, str(HOUSE), str(data), text], data)


def serving(data: Path, **env: str) -> Running:
    """Start the real entry point on a data folder."""
    return Running(
        [sys.executable, "-m", "cardinal.embedded", "serve"],
        data,
        {"CARDINAL_DATA": str(data), "CARDINAL_PORT": "0", **env},
    )


def stopped(processes: Sequence[int]) -> Iterator[bool]:
    """For each process, whether it is gone, given time."""
    return (eventually(lambda pid=pid: not runs(pid)) for pid in processes)
