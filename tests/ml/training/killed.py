"""A program for the tests: a training run that may be killed, as nothing can be caught, at a chosen point.

`python -m tests.ml.training.killed FOLDER` runs to the end; with `--after-step N` it is killed once step N is
done, before anything is saved; with `--in-save N` while the Nth state is on its way to the disk.
"""

import argparse
import os
import signal
from pathlib import Path

from ml.training.loop import Report
from tests.ml.training.small import new_run

SCHEDULE = {"steps": 9, "validate_every": 4, "save_every": 3}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--after-step", type=int, default=0)
    parser.add_argument("--in-save", type=int, default=0)
    options = parser.parse_args()
    run = new_run(options.folder, schedule=SCHEDULE)
    _kill_in_save(options.in_save)

    def listen(report: Report) -> None:
        if report.step == options.after_step:
            _die()

    run.train(listen)


def _kill_in_save(number: int) -> None:
    synced = 0
    sync = os.fsync

    def die_instead(file: int) -> None:
        nonlocal synced
        synced += 1
        if synced == number:
            os.truncate(file, os.fstat(file).st_size // 2)
            _die()
        sync(file)

    os.fsync = die_instead


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
