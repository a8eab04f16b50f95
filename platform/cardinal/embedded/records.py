"""Which processes run for a data folder, written down so that the next start can end what a killed one left.

A process is known by its number and the moment it started, never by its name.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from cardinal.embedded.process import ChildSpec, wait_until

# How long the kernel may take to remove a killed process that waits for a disk.
_KERNEL_S = 10.0


@dataclass(frozen=True)
class Record:
    """A running child: also the leader of the session that holds its own children."""

    name: str
    pid: int
    started: str
    stop_signal: int
    stop_stage: int
    orphan_grace_s: float


class Records:
    """The file of running children, written with every change.

    A full disk is no reason to stop serving: the file is a second line of defence, behind the signal that the
    kernel sends to children whose supervisor died.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[int, Record] = {}

    def add(self, spec: ChildSpec, pid: int) -> None:
        """Write a child down, right after its start."""
        self._records[pid] = Record(
            name=spec.name,
            pid=pid,
            started=start_mark(pid) or "",
            stop_signal=spec.stop_signal,
            stop_stage=spec.stop_stage,
            orphan_grace_s=spec.orphan_grace_s,
        )
        self._save()

    def remove(self, pid: int) -> None:
        """Strike out a child that has ended."""
        if self._records.pop(pid, None) is not None:
            self._save()

    def left_over(self) -> list[Record]:
        """What an earlier supervisor wrote and did not strike out, running or not."""
        try:
            rows = json.loads(self._path.read_text(encoding="utf-8"))
            return [Record(**row) for row in rows]
        except (FileNotFoundError, ValueError, TypeError):
            return []

    def _save(self) -> None:
        with suppress(OSError):
            self._write()

    def _write(self) -> None:
        if not self._records:
            self._path.unlink(missing_ok=True)
            return
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps([asdict(record) for record in self._records.values()]), encoding="utf-8")
        fresh.replace(self._path)


def start_mark(pid: int) -> str | None:
    """A text that tells this process from any other that ever had its number; None when it does not run."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name in brackets may hold anything, so count from its end: state is first, start the 20th.
            fields = file.read().rpartition(b")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return None if fields[0] in b"ZX" else f"{boot} {int(fields[19])}"
    except (FileNotFoundError, ProcessLookupError):
        if os.path.exists("/proc/self/stat"):
            return None
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.Error:
        return None


def end_left_over(records: Records, *, marker: str, report: Callable[[str], None]) -> None:
    """End what an earlier supervisor of the same data folder left running, in the usual order.

    `marker` is a `NAME=value` in the environment of its children: it proves that a process whose session
    leader is gone belongs to this folder, for its number may have been given to another program since.
    """
    found = records.left_over()
    names = []
    for stage in sorted({record.stop_stage for record in found}, reverse=True):
        for record in (record for record in found if record.stop_stage == stage):
            if _end(record, marker):
                names.append(record.name)
    if names:
        report(f"Ended what an earlier start left running: {', '.join(sorted(names))}.")


def processes_in(folder: Path, program: Path) -> list[int]:
    """The processes that run `program` with `folder` as their working directory, as Postgres's do."""
    found = []
    where, what = str(folder.resolve()), str(program.resolve())
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.cwd() == where and process.exe() == what:
                found.append(process.pid)
    return found


def _end(record: Record, marker: str) -> bool:
    def leader_runs() -> bool:
        return record.started != "" and start_mark(record.pid) == record.started

    ran = leader_runs()
    members = _session_members(record, marker)
    if ran:
        with suppress(ProcessLookupError):
            os.kill(record.pid, record.stop_signal)
        if not wait_until(lambda: not leader_runs(), timeout_s=record.orphan_grace_s) and leader_runs():
            with suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGKILL)
    for pid, started in members.items():
        if start_mark(pid) == started:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    # Even a killed process holds its files and sockets until the kernel has taken it down.
    wait_until(
        lambda: not leader_runs() and all(start_mark(pid) != mark for pid, mark in members.items()),
        timeout_s=_KERNEL_S,
    )
    return ran or bool(members)


def _session_members(record: Record, marker: str) -> dict[int, str]:
    """The other processes of the record's session that carry our marker, each with its start mark."""
    name, _, value = marker.partition("=")
    members = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid == record.pid or os.getsid(process.pid) != record.pid:
                continue
            started = start_mark(process.pid)
            if started is not None and process.environ().get(name) == value:
                members[process.pid] = started
    return members
