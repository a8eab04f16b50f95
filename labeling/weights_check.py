"""A door to `ml` for files that nobody trusts yet: looked at by a process of its own, within bounds."""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardinal.embedded.identity import end_with_parent

# What `python -m ml admit` says with its exit status.
ADMITTED, REFUSED = 0, 3
PATIENCE_S = 900
MOST_MEMORY = 12 * 2**30
LARGEST_FILE = 2 * 2**30
NICENESS = 10
KILLED = "Looking at this file took more memory or time than there is. Nothing of it was kept."
FAILED = "This file could not be looked at. Upload it again; if it stays, tell an admin of this site."


class WeightsNotAdmitted(Exception):
    """A file that will not serve. `code` is for programs, the message is one sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Admitted:
    """Weights that have answered once, their export, and what the file says about itself."""

    weights: Path
    exported: Path
    signed: str
    architecture: str
    licence: str
    data: str


def admit(source: Path) -> Admitted:
    """Look at an uploaded file, in whose folder weights and export are left. Raises `WeightsNotAdmitted`."""
    folder = source.parent
    try:
        done = subprocess.run(  # noqa: S603 - the program is ours, the file's name too
            # -P: nothing is imported from the folder in which a stranger's file lies.
            [sys.executable, "-P", "-m", "ml", "admit", source.name, "."],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_S,
            check=False,
            preexec_fn=_within_bounds,
        )
    except subprocess.TimeoutExpired as error:
        raise WeightsNotAdmitted("check_killed", KILLED) from error
    said = _last_line(done.stdout)
    if done.returncode == REFUSED and "message" in said:
        raise WeightsNotAdmitted(str(said.get("code"))[:40], str(said["message"])[:500])
    if done.returncode < 0:
        raise WeightsNotAdmitted("check_killed", KILLED)
    if done.returncode != ADMITTED or not said:
        raise WeightsNotAdmitted("check_failed", FAILED)
    return Admitted(
        weights=folder / str(said["weights"]),
        exported=folder / str(said["exported"]),
        signed=str(said["version"]),
        architecture=str(said["architecture"])[:40],
        licence=str(said["licence"])[:200],
        data=str(said["data"])[:2000],
    )


def _last_line(text: str) -> dict[str, Any]:
    try:
        found = json.loads((text.strip().splitlines() or [""])[-1])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _within_bounds() -> None:
    """In the new process: end when the parent does, stay small, and leave the processor to clicks."""
    end_with_parent(signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)
