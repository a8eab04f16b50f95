"""Keeps a set of child processes running until it is told to stop, and ends them all in order.

One thread, one loop: it sleeps until a signal arrives (a child ended, somebody asks to stop) or a moment it
waits for has come. Children are started by this thread alone, so the kernel ends them when it dies.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Self

from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.process import ChildSpec, kill_group, last_line, spawn
from cardinal.embedded.records import Records

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequestedError(Exception):
    """Somebody asked the supervisor to stop: the way out of whatever it was waiting for."""


@dataclass(frozen=True)
class RestartPolicy:
    """When to start a crashed child again, and when to give up.

    A child that lived for `steady_s` seconds starts with a clean slate; one that crashed `crashes` times in a
    row sooner than that will not do better the next time.
    """

    first_delay_s: float = 0.2
    longest_delay_s: float = 10.0
    crashes: int = 6
    steady_s: float = 10.0

    def delay_s(self, crashes: int) -> float:
        """The pause before the start that follows the latest of `crashes` crashes in a row."""
        return float(min(self.first_delay_s * 2 ** (crashes - 1), self.longest_delay_s))


@dataclass
class _Child:
    spec: ChildSpec
    process: subprocess.Popen[bytes] | None = None
    was_ready: bool = False
    start_again_at: float | None = None
    started_at: float = 0.0
    crashes: int = 0


class Supervisor:
    """Use it as a context manager: leaving the block stops every child, whatever the reason for leaving.

    Every waiting method raises StopRequestedError when a stop signal arrives, and EmbeddedError when a child
    does not start or keeps crashing. `report` takes one line at a time, for the console.
    """

    def __init__(
        self, *, records: Records, report: Callable[[str], None], policy: RestartPolicy | None = None
    ) -> None:
        self._records = records
        self._report = report
        self._policy = policy or RestartPolicy()
        self._children: list[_Child] = []
        self._stop_signals_seen = 0
        self._wake_read, self._wake_write = os.pipe()
        self._previous: dict[int, object] = {}
        self._previous_wakeup = -1

    def __enter__(self) -> Self:
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._previous_wakeup = signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        # A handler that does nothing still wakes the loop; an ignored SIGCHLD would not.
        self._previous = {signal.SIGCHLD: signal.signal(signal.SIGCHLD, lambda *_: None)}
        for number in _STOP_SIGNALS:
            self._previous[number] = signal.signal(number, self._on_stop_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            seen = self._stop_signals_seen
            if seen:
                self._report("Stopping. Once more Ctrl-C to wait for nobody but the database.")
            self._stop_all(hurry_after=seen)
        finally:
            for number, handler in self._previous.items():
                signal.signal(number, handler)  # type: ignore[arg-type]
            signal.set_wakeup_fd(self._previous_wakeup)
            os.close(self._wake_read)
            os.close(self._wake_write)

    def start(self, *specs: ChildSpec) -> None:
        """Start children side by side, without waiting for them."""
        for spec in specs:
            child = _Child(spec, was_ready=spec.is_ready is None)
            self._children.append(child)
            self._spawn(child)

    def wait_ready(self, *, timeout_s: float) -> None:
        """Wait until every child that can tell says that it is ready."""

        def ready() -> bool:
            for child in self._children:
                if not child.was_ready and child.process is not None and child.spec.is_ready is not None:
                    child.was_ready = child.spec.is_ready(child.process.pid)
            return all(child.was_ready for child in self._children)

        if not self.wait_for(ready, timeout_s=timeout_s, every_s=0.02):
            late = next(child.spec for child in self._children if not child.was_ready)
            raise EmbeddedError(
                f"{late.name} was not ready within {timeout_s:.0f} s ({last_line(late.log)}); see {late.log}."
            )

    def run_to_end(self, spec: ChildSpec) -> None:
        """Run a child whose spec says `runs_to_end`, and wait for it. Raises EmbeddedError when it fails."""
        child = _Child(spec)
        self._children.append(child)
        self._spawn(child)
        process = child.process
        self.wait_for(lambda: child.process is None, timeout_s=None)
        if process is not None and process.returncode != 0:
            raise EmbeddedError(
                f"{spec.name} {_how(process.returncode)} ({last_line(spec.log)}); see {spec.log}."
            )

    def wait_for(
        self, condition: Callable[[], bool], *, timeout_s: float | None, every_s: float = 0.2
    ) -> bool:
        """Look after the children until `condition` holds; False when `timeout_s` seconds went by without."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not condition():
            if deadline is not None and time.monotonic() >= deadline:
                return False
            self._step(every_s)
        return True

    def run(self) -> None:
        """Look after the children until somebody asks to stop, which raises StopRequestedError."""
        while True:
            self._step(None)

    def _on_stop_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_signals_seen += 1

    def _step(self, longest_s: float | None) -> None:
        """Sleep until something happens or a restart is due, at most `longest_s`; then see to it."""
        if self._stop_signals_seen:
            raise StopRequestedError
        due = [child.start_again_at for child in self._children if child.start_again_at is not None]
        pauses = [max(0.0, moment - time.monotonic()) for moment in due]
        if longest_s is not None:
            pauses.append(longest_s)
        self._sleep(min(pauses) if pauses else None)
        if self._stop_signals_seen:
            raise StopRequestedError
        for child in list(self._children):
            if child.process is not None and child.process.poll() is not None:
                self._on_end(child, child.process)
            elif child.start_again_at is not None and child.start_again_at <= time.monotonic():
                self._spawn(child)

    def _sleep(self, seconds: float | None) -> None:
        select.select([self._wake_read], [], [], seconds)
        with suppress(BlockingIOError):
            while os.read(self._wake_read, 512):
                pass

    def _spawn(self, child: _Child) -> None:
        spec = child.spec
        child.start_again_at = None
        child.started_at = time.monotonic()
        child.process = spawn(spec)
        self._records.add(spec, child.process.pid)

    def _on_end(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        """A child ended by itself: part of its plan for one that runs to its end, else a crash."""
        spec = child.spec
        self._forget(child, process)
        if spec.runs_to_end:
            self._children.remove(child)
            return
        how = _how(process.returncode)
        if not child.was_ready:
            raise EmbeddedError(
                f"{spec.name} did not start: it {how} ({last_line(spec.log)}); see {spec.log}."
            )
        moment = time.monotonic()
        child.crashes = 1 if moment - child.started_at >= self._policy.steady_s else child.crashes + 1
        if child.crashes >= self._policy.crashes:
            raise EmbeddedError(
                f"{spec.name} ended {child.crashes} times in a row soon after its start, "
                f"the last time it {how} ({last_line(spec.log)}); see {spec.log}."
            )
        delay_s = self._policy.delay_s(child.crashes)
        child.start_again_at = moment + delay_s
        self._report(f"{spec.name} {how}; starting it again in {delay_s:.1f} s. Its log: {spec.log}")

    def _forget(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        # A worker's own children would go on without it, and hold its place.
        kill_group(process.pid)
        child.process = None
        self._records.remove(process.pid)

    def _stop_all(self, *, hurry_after: int) -> None:
        """Stop stage by stage, the highest first; the children of a stage end side by side.

        A stop signal beyond the first `hurry_after` cuts the patience with the first stage short, never with
        the databases.
        """
        stages = sorted({child.spec.stop_stage for child in self._children}, reverse=True)
        for number, stage in enumerate(stages):
            running = [
                (child, child.process)
                for child in self._children
                if child.spec.stop_stage == stage and child.process is not None
            ]
            for child, process in running:
                with suppress(ProcessLookupError):
                    process.send_signal(child.spec.stop_signal)
            for child, process in running:
                self._await_end(
                    process, grace_s=child.spec.stop_grace_s, hurry_after=hurry_after if number == 0 else None
                )
                self._forget(child, process)

    def _await_end(
        self, process: subprocess.Popen[bytes], *, grace_s: float, hurry_after: int | None
    ) -> None:
        deadline = time.monotonic() + grace_s
        while process.poll() is None:
            hurried = hurry_after is not None and self._stop_signals_seen > hurry_after
            left_s = deadline - time.monotonic()
            if hurried or left_s <= 0:
                process.kill()
                process.wait()
                return
            self._sleep(min(left_s, 0.5))


def _how(returncode: int) -> str:
    """How a process ended, to follow its name."""
    if returncode >= 0:
        return f"ended with code {returncode}"
    try:
        return f"was ended by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"was ended by signal {-returncode}"
