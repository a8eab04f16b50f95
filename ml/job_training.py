"""The training of a job, in this process or in several that `torchrun` starts: one for each GPU."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

import torch

from ml.checkpoint import read_checkpoint
from ml.data.objects import read_index
from ml.errors import GpuMemoryFull, MemoryTooSmall, PartEnded
from ml.job import BATCH, OUT, TRAIN, Listener, Progress, Stop, config_of, read_job
from ml.report import write_whole
from ml.training.distributed import world
from ml.training.loop import Report, Run

RUN, SMALLER = "run", "batch"
# Each process's share of a batch has statistics of its own: fewer than four objects have none to speak of.
MOST_PROCESSES = BATCH // 4
PART = ("-m", "ml", "finetune")
ASK_EVERY_S = 0.5


def processes_for(asked: int) -> int:
    """Return in how many processes a job is trained: as many as are asked for, or one for each GPU for 0."""
    return min(max(asked or torch.cuda.device_count(), 1), MOST_PROCESSES)


def train_job(folder: Path, listener: Listener, stop: Stop) -> bool:
    """Train to the end, with smaller batches where a GPU's memory does not hold them.

    Returns False when `stop` answered yes, and the job can go on later. As one process of several it tells
    the listener only where it is the first. Raises `DataInvalid`, `WeightsRefused` or `ImageInvalid` for
    what cannot be used, `LossNotFinite`, `GpuMemoryFull` when memory does not hold a single object,
    `MemoryTooSmall` when all processes have to begin again, and the disk's errors.
    """
    job, out = read_job(folder), folder / OUT
    checkpoint, objects = read_checkpoint(job.start), len(read_index(folder / TRAIN))
    processes = world()
    while True:
        batch = _batch(out)
        config = config_of(job, checkpoint, objects, batch=batch, processes=processes)
        try:
            run = Run(config, folder, out / RUN)
            return run.train(_listener(run, listener), stop)
        except torch.OutOfMemoryError as error:
            if batch <= processes:
                raise GpuMemoryFull(
                    "The GPU's memory does not hold one object at a time. End what else runs on it, then "
                    "try again."
                ) from error
            write_whole(out / SMALLER, str(batch // 2).encode())
            if processes > 1:
                raise MemoryTooSmall(
                    "A GPU's memory is too small for this batch; a smaller one is tried."
                ) from error
        # What was learned belongs to batches of another size: the run begins anew.
        shutil.rmtree(out / RUN, ignore_errors=True)
        torch.cuda.empty_cache()


def _listener(run: Run, listener: Listener) -> Callable[[Report], None]:
    if run.processes.rank:
        return lambda report: None
    return lambda report: listener(_told(report))


def _told(report: Report) -> Progress:
    tuned = report.validation.mean_iou if report.validation else None
    return Progress(
        "train", report.step, report.steps, report.seconds_left, report.loss, report.overlap, tuned
    )


def _batch(out: Path) -> int:
    """Return how many objects a step takes in all processes together: what memory is known to hold."""
    try:
        return int((out / SMALLER).read_text(encoding="ascii"))
    except FileNotFoundError:
        return BATCH


def train_together(
    folder: Path,
    processes: int,
    stop: Stop,
    *,
    options: tuple[str, ...] = (),
    program: tuple[str, ...] = PART,
) -> bool:
    """Train in several processes of this machine, which tell for themselves how far they are.

    Each of them runs `program FOLDER --part FILE options` and has to end when it can lock the file: however
    this process ends, none of them stays. Returns False when `stop` answered yes. Raises `PartEnded` when
    one of them failed; it has told why.
    """
    out = folder / OUT
    out.mkdir(exist_ok=True)
    while True:
        batch = _batch(out)
        with NamedTemporaryFile(dir=out, prefix=".lead-") as lead:
            fcntl.flock(lead, fcntl.LOCK_EX)
            status = _run_together(
                (*program, str(folder), "--part", lead.name, *options), processes=processes, stop=stop
            )
        if status == 0:
            return True
        if stop():
            return False
        if _batch(out) == batch:
            raise PartEnded("The training ended in one of its processes, which says why.")
        shutil.rmtree(out / RUN, ignore_errors=True)


def _run_together(program: tuple[str, ...], *, processes: int, stop: Stop) -> int:
    launcher = ("-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}")
    agent = subprocess.Popen((sys.executable, *launcher, *program), stdin=subprocess.DEVNULL)  # noqa: S603 - ours
    asked = False
    while True:
        try:
            return agent.wait(ASK_EVERY_S)
        except subprocess.TimeoutExpired:
            if stop() and not asked:
                asked = True
                agent.send_signal(signal.SIGTERM)


def end_with(lead: Path) -> None:
    """From a thread, end this process at once when the one that holds a lock on this file has ended."""

    def wait() -> None:
        try:
            with lead.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
        finally:
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
