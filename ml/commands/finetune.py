"""`python -m ml finetune`: a job in a folder, told in lines that a program can read."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.commands.train import INTERRUPTED, stop_on_signals, wait_passively
from ml.errors import MemoryTooSmall, PartEnded, PredictorError
from ml.progress import ProgressLine

if TYPE_CHECKING:
    from ml.job import Progress

FAILED = 3
TELL_EVERY_S = 0.5


def add_finetune(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "finetune",
        help="weights made better on one's own masks, compared with those before",
        description="Does the job of a folder (job.json, train.csv, held_out.csv) and leaves weights, a "
        "report and pictures in its folder out. Started again, it goes on where it was ended.",
    )
    command.add_argument("folder", type=Path, metavar="FOLDER")
    command.add_argument("--json", action="store_true", help="tell progress as one JSON object a line")
    command.add_argument(
        "--processes",
        type=int,
        default=0,
        metavar="N",
        help="how many train together, at most 4; unless given, one for each GPU",
    )
    command.add_argument("--part", type=Path, help=argparse.SUPPRESS)
    command.set_defaults(run=_finetune)


def _finetune(options: argparse.Namespace) -> int:
    wait_passively()
    # What imports torch is imported here: no other command waits for it.
    from ml.job_training import end_with  # noqa: PLC0415

    if options.part:
        end_with(options.part)
    teller = _Lines() if options.json else _Bar()
    with stop_on_signals() as stop:
        try:
            if not _train(options, teller, stop):
                return INTERRUPTED
            if not options.part:
                _check(options.folder, teller)
        except (PredictorError, OSError) as error:
            if not options.json:
                raise
            # Whoever failed first has said why.
            if not isinstance(error, PartEnded | MemoryTooSmall):
                code = "disk_full" if isinstance(error, OSError) else getattr(error, "code", "failed")
                _Lines.say({"phase": "failed", "code": code, "message": str(error)})
            return FAILED
    return 0


def _train(options: argparse.Namespace, teller: "_Lines | _Bar", stop: Callable[[], bool]) -> bool:
    from ml.job_training import processes_for, train_job, train_together  # noqa: PLC0415

    processes = 1 if options.part else processes_for(options.processes)
    if processes == 1:
        return train_job(options.folder, teller.tell, stop)
    told = ("--json",) if options.json else ()
    return train_together(options.folder, processes, stop, options=told)


def _check(folder: Path, teller: "_Lines | _Bar") -> None:
    from ml.finetune import check_job  # noqa: PLC0415

    verdict = check_job(folder, teller.tell)
    teller.end({"phase": "done", "better": verdict.better, "objections": verdict.objections})


class _Lines:
    """JSON for programs, at most twice a second but for the last of a phase and what was measured."""

    def __init__(self) -> None:
        self._told = 0.0

    def tell(self, progress: "Progress") -> None:
        now = time.monotonic()
        if progress.tune_iou is None and progress.step < progress.steps and now - self._told < TELL_EVERY_S:
            return
        self._told = now
        self.say(asdict(progress))

    def end(self, said: dict[str, Any]) -> None:
        self.say(said)

    @staticmethod
    def say(values: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(values) + "\n")
        sys.stdout.flush()


class _Bar:
    """A progress line for people, one for each phase."""

    def __init__(self) -> None:
        self._phase, self._line = "", ProgressLine(0)

    def tell(self, progress: "Progress") -> None:
        if progress.phase != self._phase:
            self._phase, self._line = progress.phase, ProgressLine(progress.steps - progress.step + 1)
        self._line.advance("" if progress.loss is None else f"loss {progress.loss:.4f}")
        if progress.tune_iou is not None:
            self._line.say(f"step {progress.step}: held-out IoU {progress.tune_iou:.4f}")

    def end(self, said: dict[str, Any]) -> None:
        self._line.say("Better." if said["better"] else "\n".join(["Not better.", *said["objections"]]))
