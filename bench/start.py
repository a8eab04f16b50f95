"""From a bare clone to a platform that answers, and a second start; packages come from the registry.

Run with: make bench NAME=start
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.stack import ROOT, free_port, report, wait_ready

# A line of `make demo` begins a part; the part ends where the next one begins.
PARTS = {
    "Making the Python environment": "python_packages_s",
    "Installing the front end's packages": "front_end_packages_s",
    "Building the front end": "front_end_build_s",
    "Cardinal is starting": "services_s",
}
SECOND_STARTS = 5


class Demo:
    """`make demo` in a clone, its output kept with the moment of each line."""

    def __init__(self, clone: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.began = time.monotonic()
        self.lines: list[tuple[float, str]] = []
        hidden = ("VIRTUAL_ENV", "PYTHONPATH", "DJANGO_SETTINGS_MODULE", "MAKEFLAGS", "MAKELEVEL")
        environment = {key: value for key, value in os.environ.items() if key not in hidden}
        self.process = subprocess.Popen(
            ["make", "demo"],
            cwd=clone,
            env={**environment, "CARDINAL_PORT": str(port), "CARDINAL_DATA": str(clone / ".cardinal")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append((time.monotonic() - self.began, line))
            print(line, end="", file=sys.stderr)

    def ready_s(self) -> float:
        """Wait for `/readyz`; return the seconds since the command was given."""
        wait_ready(self.url, self.process)
        return time.monotonic() - self.began

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=60)


def main() -> None:
    """Measure one first start and several second ones."""
    with tempfile.TemporaryDirectory(prefix="cardinal-clone-", dir="/tmp") as folder:
        clone = Path(folder) / "cardinal"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        demo = Demo(clone)
        first = demo.ready_s()
        demo.stop()
        begins = [(at, name) for at, line in demo.lines for text, name in PARTS.items() if text in line]
        ends = [at for at, _ in begins[1:]] + [first]
        report("first_start_s", first, "s", 1, "bare clone to readyz, packages downloaded")
        for (at, name), end in zip(begins, ends, strict=True):
            report(name, end - at, "s", 1, "part of first_start_s")
        seconds = []
        for _ in range(SECOND_STARTS):
            demo = Demo(clone)
            seconds.append(demo.ready_s())
            demo.stop()
        report(
            "second_start_s", sorted(seconds)[SECOND_STARTS // 2], "s", SECOND_STARTS, "make demo to readyz"
        )


if __name__ == "__main__":
    main()
