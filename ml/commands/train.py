"""`python -m ml train`: from a configuration and a folder of objects to weights."""

import argparse
import os
import platform
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from ml.progress import ProgressLine, duration

if TYPE_CHECKING:
    from ml.training.loop import Report

# Read by the C library and by OpenMP once, when a process starts. With memory that is kept instead of given
# back after each step, a step takes two thirds of the time; threads that wait without spinning leave the
# cores to those that prepare the next batch.
TUNING = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "20000000000",
    "MALLOC_TOP_PAD_": "500000000",
    "OMP_WAIT_POLICY": "PASSIVE",
}
RESTARTED = "CARDINAL_TRAIN_RESTARTED"
INTERRUPTED = 130


def add_train(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "train",
        help="weights from a configuration and objects",
        description="Trains a network. Started again with the same arguments, it goes on where it was ended.",
    )
    command.add_argument("config", type=Path, metavar="CONFIG.toml", help="see ml/configs")
    command.add_argument("--data", type=Path, required=True, help="folder of the configuration's index files")
    command.add_argument("--out", type=Path, required=True, help="folder of weights, state and curves")
    command.set_defaults(run=_train)


def restart_tuned() -> None:
    """Begin this program again with `TUNING`, where the C library is one that takes it, once at most.

    For a program's first line alone: it replaces the process, under the same number.
    """
    missing = {name: value for name, value in TUNING.items() if name not in os.environ}
    if not missing or RESTARTED in os.environ or platform.libc_ver()[0] != "glibc":
        return
    program = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, program, {**os.environ, **missing, RESTARTED: "1"})  # noqa: S606


def wait_passively() -> None:
    """Let threads of torch wait without spinning, whoever started this process; before torch is imported."""
    os.environ.setdefault("OMP_WAIT_POLICY", TUNING["OMP_WAIT_POLICY"])


def _train(options: argparse.Namespace) -> int:
    wait_passively()
    # What imports torch is imported here: no other command waits for it.
    from ml.training.config import read_config  # noqa: PLC0415
    from ml.training.loop import Run  # noqa: PLC0415

    run = Run(read_config(options.config), options.data, options.out)
    first, steps, loud = run.progress.step, run.config.schedule.steps, run.processes.rank == 0
    with ProgressLine(steps - first) as line, stop_on_signals() as stop:
        if loud and first:
            line.say("This run is over." if run.over else f"Going on from step {first} of {steps}.")
        over = run.train(_listener(line) if loud else lambda report: None, stop)
    if loud:
        told = f"The weights are in {options.out}." if over else "To go on, start it again."
        sys.stderr.write(f"Saved at step {run.progress.step} of {steps}. {told}\n")
    return 0 if over else INTERRUPTED


def _listener(line: ProgressLine) -> "Callable[[Report], None]":
    """Return what shows reports: all on a terminal, elsewhere the recorded ones, each on its own line."""
    terminal = sys.stderr.isatty()

    def listen(report: "Report") -> None:
        figures = f"step {report.step} of {report.steps}  loss {report.loss:.4f}  IoU {report.overlap:.4f}"
        if report.validation:
            figures += f"  tuning IoU {report.validation.mean_iou:.4f}"
        if report.validation or (report.recorded and not terminal):
            line.say(f"{figures}  {duration(report.seconds_left)} left")
        line.advance(figures)

    return listen


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Give a function that tells whether Ctrl-C or SIGTERM has come; a second one ends all at once."""
    came: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        came.append(number)
        signal.signal(number, signal.SIG_DFL)
        # Not through sys.stderr, which the signal may have interrupted.
        os.write(2, b"\nStopping after this step; once more stops at once.\n")

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
